//! The official AWS SDK and nothing else: connect, identity, gate, readers, writers, live tail.
