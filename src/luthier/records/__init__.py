"""What is known: immutable records of studies and trials, and the arrays and messages made of them."""
