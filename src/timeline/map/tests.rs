use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::model::{Bilingual, Cable, Node, NodeKind, Port, Quality};

/// Nodes that are joined; what they are has no say in where they stand.
fn topology(count: usize, cables: &[(usize, usize)], client: usize, server: usize) -> Topology {
    let port = |node| Port { node: NodeId(node), interface: "eth0".to_owned() };
    let cable = |&(from, to): &(usize, usize)| Cable { ends: [port(from), port(to)], quality: Quality::default() };
    Topology {
        title: Bilingual::default(),
        about: Bilingual::default(),
        nodes: (0..count).map(|node| Node { name: format!("n{node}"), kind: NodeKind::Switch }).collect(),
        cables: cables.iter().map(cable).collect(),
        client: NodeId(client),
        name_server: None,
        server: NodeId(server),
    }
}

/// Each node hangs from an earlier one.
fn tree(parents: &[usize]) -> Vec<(usize, usize)> {
    parents.iter().enumerate().map(|(index, parent)| (parent % (index + 1), index + 1)).collect()
}

fn overlap(map: &Map) -> Option<(usize, usize)> {
    let pairs = (0..map.spots.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    let near = |a: Spot, b: Spot| (a.x - b.x).abs() < 0.999 && (a.y - b.y).abs() < 0.999;
    let mut found = pairs.filter(|(one, other)| near(map.spots[*one], map.spots[*other]));
    found.next()
}

fn goes_right(map: &Map) -> bool {
    let row = map.spots[map.way[0].0].y;
    map.way.array_windows().all(|[from, to]| map.spots[to.0].x >= map.spots[from.0].x + 0.999)
        && map.way.iter().all(|node| (map.spots[node.0].y - row).abs() < 1e-3)
}

/// Whether two straight lines have an inner point in common.
fn cross(a: [Spot; 2], b: [Spot; 2]) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    let apart = |p: f32, q: f32| p * q < -1e-3;
    apart(side(a[0], a[1], b[0]), side(a[0], a[1], b[1])) && apart(side(b[0], b[1], a[0]), side(b[0], b[1], a[1]))
}

#[test]
fn the_way_is_a_straight_row_and_bystanders_hang_from_it() {
    // client, neighbour, switch, router, hub, server, listener
    let map = Map::of(&topology(7, &[(0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (4, 6)], 0, 5));
    assert_eq!(map.way, [0, 2, 3, 4, 5].map(NodeId));
    let at = |node: usize| (map.spots[node].x, map.spots[node].y);
    assert_eq!([0, 2, 3, 4, 5].map(at), [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (3.5, 0.5), (4.5, 0.5)]);
    assert_eq!([1, 6].map(at), [(1.5, 1.5), (3.5, 1.5)]);
    assert_eq!((map.width, map.height), (5.0, 2.0));
    assert!((map.room_right(NodeId(1)) - 1.0).abs() < 1e-3 && (map.room_right(NodeId(6)) - 1.0).abs() < 1e-3);
    assert_eq!(map.along(2, 0.5), Some(Spot { x: 2.0, y: 0.5 }));
    assert_eq!(map.along(2, 7.0), Some(Spot { x: 2.5, y: 0.5 }));
}

#[test]
fn of_many_bystanders_every_other_stands_above() {
    let cables: Vec<(usize, usize)> = (1..64).map(|node| (0, node)).collect();
    let map = Map::of(&topology(64, &cables, 1, 2));
    assert_eq!(overlap(&map), None);
    assert!(goes_right(&map));
    assert_eq!((map.width, map.height), (31.0, 3.0));
}

#[test]
fn a_ring_goes_around_the_nodes_between_its_ends() {
    // 0 - 1 - 2 - 3 and a cable from 0 to 3, which would run through 1 and 2;
    // 1 - 4 - 2 makes a triangle; 1 and 2 are joined twice.
    let map = Map::of(&topology(5, &[(0, 1), (1, 2), (2, 3), (1, 4), (4, 2), (1, 2), (0, 4)], 0, 3));
    assert_eq!(map.way, [0, 1, 2, 3].map(NodeId));
    let first = Map::of(&topology(4, &[(0, 1), (1, 2), (2, 3), (1, 3)], 0, 3));
    assert_eq!(first.way, [0, 1, 3].map(NodeId), "the shortest way is the straight one");
    let twice = &map.lines[5];
    assert_eq!(twice.len(), 4, "{twice:?}");
    for (index, line) in map.lines.iter().enumerate() {
        assert!(!map.lines[..index].contains(line), "{line:?}");
    }
}

#[test]
fn what_nothing_joins_has_a_place_too() {
    let map = Map::of(&topology(5, &[(0, 1), (3, 4)], 0, 2));
    assert_eq!(map.way, [NodeId(0)]);
    assert_eq!(overlap(&map), None);
    // One that names nobody is drawn as far as it goes.
    let odd = Map::of(&topology(1, &[(0, 0), (0, 9)], 7, 7));
    assert_eq!((odd.spots.len(), odd.lines.len(), odd.way.len()), (1, 2, 0));
    assert_eq!(Map::of(&topology(0, &[], 0, 0)).spots.len(), 0);
}

proptest! {
    #[test]
    fn in_a_tree_nothing_overlaps_and_no_cable_crosses(
        parents in prop::collection::vec(0_usize..64, 1..63), client in 0_usize..64, server in 0_usize..64
    ) {
        let count = parents.len() + 1;
        let cables = tree(&parents);
        let map = Map::of(&topology(count, &cables, client % count, server % count));
        prop_assert_eq!(overlap(&map), None);
        prop_assert!(goes_right(&map));
        prop_assert!(map.spots.iter().all(|at| at.x > 0.49 && at.y > 0.49));
        prop_assert!(map.spots.iter().all(|at| at.x < map.width - 0.49 && at.y < map.height - 0.49));
        for (one, line) in map.lines.iter().enumerate() {
            prop_assert_eq!(line.len(), 2);
            for other in &map.lines[..one] {
                prop_assert!(!cross([line[0], line[1]], [other[0], other[1]]));
            }
        }
    }

    #[test]
    fn with_rings_nothing_overlaps_and_the_way_is_the_shortest(
        parents in prop::collection::vec(0_usize..64, 1..40),
        more in prop::collection::vec((0_usize..64, 0_usize..64), 0..10),
        client in 0_usize..64, server in 0_usize..64
    ) {
        let count = parents.len() + 1;
        let mut cables = tree(&parents);
        cables.extend(more.iter().map(|(from, to)| (from % count, to % count)));
        let map = Map::of(&topology(count, &cables, client % count, server % count));
        prop_assert_eq!(overlap(&map), None);
        prop_assert!(goes_right(&map));
        let joined: BTreeSet<(usize, usize)> =
            cables.iter().flat_map(|(from, to)| [(*from, *to), (*to, *from)]).collect();
        prop_assert!(map.way.array_windows().all(|[from, to]| joined.contains(&(from.0, to.0))));
    }
}
