//! The hash chain over the rows, and the Merkle root over them (RFC 6962).

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What the first row is chained to.
pub const BEGINNING: Hash = [0; 32];

/// The chain's next hash: over the domain, the hash before it, and the hash of the row's bytes.
pub fn link(before: &Hash, body: &[u8]) -> Hash {
    link_digest(before, &digest(body))
}

/// The hash of a row's bytes, as the chain takes it.
pub(super) fn digest(body: &[u8]) -> Hash {
    Sha256::digest(body).into()
}

/// The chain's next hash, where the hash of the row's bytes is there already.
pub(super) fn link_digest(before: &Hash, digest: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"opsaudit-v1\0");
    hasher.update(before);
    hasher.update(digest);
    hasher.finalize().into()
}

/// The Merkle tree over rows, grown row by row: only the roots of its full subtrees are kept.
#[derive(Clone, Debug, Default)]
pub struct Frontier {
    /// Roots of full subtrees and their heights, the largest first.
    peaks: Vec<(u32, Hash)>,
    size: u64,
}

impl Frontier {
    /// Adds a row.
    pub fn push(&mut self, body: &[u8]) {
        self.push_leaf(leaf(body));
    }

    /// Adds a row by its hash as a leaf.
    pub(super) fn push_leaf(&mut self, leaf: Hash) {
        let mut peak = (0, leaf);
        while let Some((height, left)) = self.peaks.last().copied() {
            if height != peak.0 {
                break;
            }
            self.peaks.pop();
            peak = (height + 1, node(&left, &peak.1));
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// How many rows it holds.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle tree hash of all rows.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        match peaks.next() {
            None => Sha256::digest(b"").into(),
            Some(last) => peaks.fold(last, |right, left| node(&left, &right)),
        }
    }
}

/// The hash of a row as a leaf of the tree.
pub(super) fn leaf(body: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().into()
}

/// The hash over two subtrees.
pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::canonical::hex;

    #[test]
    fn au02_the_chain_gives_the_known_hashes() {
        let rows = [
            r#"{"seq":0,"kind":"genesis"}"#,
            r#"{"seq":1,"kind":"intent"}"#,
            r#"{"seq":2,"kind":"outcome"}"#,
        ];
        let wanted = [
            "cf7a1a0d819d6649ff47db03861344583aab2d4bf776fc65f3dfe41cab577602",
            "b0aea9b2e3fb8cf89e46f0a548b48d752fe6ab809c79a9ad3dd56ec20e0f1900",
            "3186ad2170066d7ae92bda3f1d79417f5a60b32a621498aef9ed931bc3937dd5",
        ];
        let mut tip = BEGINNING;
        for (row, wanted) in rows.iter().zip(wanted) {
            tip = link(&tip, row.as_bytes());
            assert_eq!(hex(&tip), wanted);
        }
    }

    /// The leaves of AU01.
    pub(crate) const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    #[test]
    fn au01_the_tree_gives_the_known_roots() {
        let wanted = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Frontier::default();
        assert_eq!(hex(&tree.root()), wanted[0]);
        for (row, wanted) in LEAVES.iter().zip(&wanted[1..]) {
            tree.push(row);
            assert_eq!(&hex(&tree.root()), wanted);
        }
    }
}
