"""Frames survive any chopping of the stream."""

from hypothesis import given
from hypothesis import strategies as st

from luthier.executors.frames import Splitter, decode, encode

MESSAGES = st.lists(
    st.none() | st.integers() | st.text() | st.tuples(st.floats(allow_nan=False), st.binary())
)


@given(MESSAGES, st.integers(1, 40))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(messages: list, size: int) -> None:
    stream = b"".join(map(encode, messages))
    splitter = Splitter()
    frames: list[bytes] = []
    for start in range(0, len(stream), size):
        frames += splitter.feed(stream[start : start + size])
    assert list(map(decode, frames)) == messages


def test_a_lambda_travels_by_value() -> None:
    factor = 3
    (frame,) = Splitter().feed(encode(lambda x: factor * x))
    assert decode(frame)(2) == 6
