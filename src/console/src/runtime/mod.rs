//! The event loop, the terminal, the clock, and who carries the effects out.
