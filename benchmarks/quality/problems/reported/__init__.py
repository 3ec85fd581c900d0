"""The problems held out, one file for each kind. Who develops a sampler does not read them, nor tunes on them."""
