//! Stories through the whole program, a real PTY, independent servers and clients, and the house rules.
