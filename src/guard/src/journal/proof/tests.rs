//! The vectors of certificate transparency, and every proof of small trees against what it must and must not prove.

use super::*;
use crate::canonical::hex;
use crate::journal::Frontier;
use crate::journal::chain::tests::LEAVES;

fn roots(leaves: &[&[u8]]) -> Vec<Hash> {
    let mut tree = Frontier::default();
    let mut roots = vec![tree.root()];
    for leaf in leaves {
        tree.push(leaf);
        roots.push(tree.root());
    }
    roots
}

fn size(count: usize) -> u64 {
    count as u64
}

#[test]
fn the_tree_agrees_with_the_frontier_at_every_size() {
    let leaves: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; usize::from(n)]).collect();
    let leaves: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
    let tree = Tree::over(leaves.iter().copied());
    for (count, root) in roots(&leaves).iter().enumerate().skip(1) {
        assert_eq!(tree.root(0, size(count)).as_ref(), Some(root), "{count}");
    }
    assert_eq!(tree.root(0, 71), None);
    assert_eq!(Tree::default().size(), 0);
}

#[test]
fn au01_the_known_proofs_of_certificate_transparency() {
    let tree = Tree::over(LEAVES);
    let path = tree.inclusion(0, 8).unwrap();
    let wanted = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(path.iter().map(|hash| hex(hash)).collect::<Vec<_>>(), wanted);
    let path = tree.consistency(6, 8).unwrap();
    let wanted = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(path.iter().map(|hash| hex(hash)).collect::<Vec<_>>(), wanted);
}

#[test]
fn every_row_is_proved_at_every_size_and_no_other_row_place_or_root() {
    let tree = Tree::over(LEAVES);
    let roots = roots(&LEAVES);
    for count in 1..=LEAVES.len() {
        for (seq, leaf) in LEAVES.iter().enumerate().take(count) {
            let path = tree.inclusion(size(seq), size(count)).unwrap();
            let proves = |body: &[u8], at: usize, size_: usize, path: &[Hash]| {
                includes(body, size(at), size(size_), path, &roots[count])
            };
            assert!(proves(leaf, seq, count, &path), "{seq} of {count}");
            assert!(!proves(b"another", seq, count, &path));
            for other in (0..count).filter(|other| *other != seq) {
                assert!(!proves(leaf, other, count, &path), "{seq} as {other} of {count}");
            }
            for at in 0..path.len() {
                let mut bad = path.clone();
                bad[at][0] ^= 1;
                assert!(!proves(leaf, seq, count, &bad));
                let mut short = path.clone();
                short.remove(at);
                assert!(!proves(leaf, seq, count, &short));
            }
            let long = [&path[..], &[roots[1]]].concat();
            assert!(!proves(leaf, seq, count, &long));
        }
        assert_eq!(tree.inclusion(size(count), size(count)), None);
    }
}

#[test]
fn every_growth_is_proved_and_no_other() {
    let tree = Tree::over(LEAVES);
    let roots = roots(&LEAVES);
    for count in 1..=LEAVES.len() {
        for first in 1..=count {
            let path = tree.consistency(size(first), size(count)).unwrap();
            let proves = |older: usize, newer: usize, path: &[Hash]| {
                extends(size(first), &roots[older], size(count), &roots[newer], path)
            };
            assert!(proves(first, count, &path), "{first} to {count}");
            for other in (1..=LEAVES.len()).filter(|other| *other != first) {
                assert!(
                    !proves(other, count, &path),
                    "{first} to {count} from the root of {other}"
                );
            }
            for other in (1..=LEAVES.len()).filter(|other| *other != count) {
                assert!(
                    !proves(first, other, &path),
                    "{first} to {count} with the root of {other}"
                );
            }
            for at in 0..path.len() {
                let mut bad = path.clone();
                bad[at][31] ^= 1;
                assert!(!proves(first, count, &bad));
            }
        }
    }
    assert_eq!(tree.consistency(0, 8), None);
    assert_eq!(tree.consistency(3, 9), None);
}

#[test]
fn au03_a_consistency_proof_from_three_to_seven_over_other_rows_is_wrong() {
    let mut others = LEAVES;
    others[1] = b"rewritten";
    let (ours, theirs) = (roots(&LEAVES), roots(&others));
    let path = Tree::over(others).consistency(3, 7).unwrap();
    assert!(extends(3, &theirs[3], 7, &theirs[7], &path));
    assert!(!extends(3, &ours[3], 7, &theirs[7], &path), "history was rewritten");
    assert!(!extends(3, &ours[3], 7, &ours[7], &path));
    assert!(extends(3, &ours[3], 7, &ours[7], &Tree::over(LEAVES).consistency(3, 7).unwrap()));
}
