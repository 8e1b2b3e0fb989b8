//! What holds for any text that is drawn.

mod hostile; // a million lines, and none drives the terminal
mod wide; // every column keeps its place
