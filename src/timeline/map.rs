//! A topology as a map: where its nodes and cables stand.
//!
//! ```text
//!  client ─── switch ─── router ─── hub ─── server      the way, from left to right
//!               │                    │
//!           neighbour             listener              bystanders hang from it
//! ```
//!
//! Owns places in cells: every node has one to itself. Has no opinion on how
//! large a cell is, on what is written in it, or on what moves along a cable.

use std::collections::VecDeque;

use crate::model::{NodeId, Topology};

/// Where everything stands. Each node has the middle of a cell of 1 × 1; the
/// map begins at 0, 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The middle of each node, in the order of [`Topology::nodes`].
    pub spots: Vec<Spot>,
    /// Each cable from its first end to its second, in the order of
    /// [`Topology::cables`]: two points, or more where it goes around a node.
    pub lines: Vec<Vec<Spot>>,
    /// The nodes from the client to the server; the client alone where no
    /// cables lead there.
    pub way: Vec<NodeId>,
    /// Cells from left to right.
    pub width: f32,
    /// Cells from top to bottom.
    pub height: f32,
}

/// A point of the map, in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// So many bystanders hang below a node; of more, every other stands above.
const MOST_BELOW: usize = 3;
/// Half of what a node takes of its cell at most, in which no cable of others
/// runs.
const HALF: Spot = Spot { x: 0.4, y: 0.3 };
/// Below this a length is nothing.
const TINY: f32 = 1e-4;

/// Nodes that hang from one, relative to it, downwards.
#[derive(Clone, Debug, Default)]
struct Block {
    /// Cells to the left of the middle of the node they hang from.
    left: f32,
    /// And to the right of it.
    right: f32,
    /// Rows.
    depth: f32,
    nodes: Vec<(usize, Spot)>,
}

impl Block {
    const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Map {
    /// No topology with more nodes is laid out, and none with more than four
    /// times as many cables.
    pub const MOST_NODES: usize = 256;

    /// Whether a topology is small enough to be laid out.
    pub const fn is_possible(topology: &Topology) -> bool {
        topology.nodes.len() <= Self::MOST_NODES && topology.cables.len() <= 4 * Self::MOST_NODES
    }

    /// Lays a topology out. Where its cables make a tree, none crosses
    /// another; the same topology gives the same map.
    pub fn of(topology: &Topology) -> Self {
        let plan = Plan::of(topology);
        let mut spots = vec![None; topology.nodes.len()];
        plan.place(&mut spots);
        // What hangs from nothing that is on the map stands below it.
        let mut bottom = lowest(&spots) + 1.0;
        for root in 0..spots.len() {
            if spots.get(root).is_some_and(Option::is_none) {
                let block = plan.hang(&[root], 0);
                for (node, at) in &block.nodes {
                    set(&mut spots, *node, Spot { x: at.x + block.left, y: at.y + bottom });
                }
                bottom += block.depth;
            }
        }
        Self::finished(topology, spots.into_iter().map(Option::unwrap_or_default).collect(), &plan)
    }

    fn finished(topology: &Topology, mut spots: Vec<Spot>, plan: &Plan) -> Self {
        let least = |of: fn(&Spot) -> f32| spots.iter().map(of).fold(f32::INFINITY, f32::min);
        let (left, top) = (least(|spot| spot.x) - 0.5, least(|spot| spot.y) - 0.5);
        for spot in &mut spots {
            *spot = Spot { x: spot.x - left, y: spot.y - top };
        }
        let most = |of: fn(&Spot) -> f32| spots.iter().map(of).fold(-0.5, f32::max) + 0.5;
        let (width, height) = (most(|spot| spot.x), most(|spot| spot.y));
        let mut lines: Vec<Vec<Spot>> = Vec::with_capacity(topology.cables.len());
        for (index, cable) in topology.cables.iter().enumerate() {
            let ends = cable.ends.each_ref().map(|port| port.node.0);
            let line = if plan.is_tree(index) { straight(&spots, ends) } else { around(&spots, ends, &lines) };
            lines.push(line);
        }
        Self { spots, lines, way: plan.way.iter().copied().map(NodeId).collect(), width, height }
    }

    /// How many cells are free to the right of a node's own, in its row.
    pub fn room_right(&self, node: NodeId) -> f32 {
        let Some(own) = self.spots.get(node.0) else { return 0.0 };
        let in_row = self.spots.iter().filter(|spot| (spot.y - own.y).abs() < 0.9 && spot.x > own.x + TINY);
        let next = in_row.map(|spot| spot.x - 0.5).fold(f32::INFINITY, f32::min);
        // Behind the last one there is as much as the map is wide.
        (next.min(self.width) - own.x - 0.5).max(0.0)
    }

    /// The place a part of the way along a cable, 0 at its first end, 1 at its
    /// second.
    pub fn along(&self, cable: usize, part: f32) -> Option<Spot> {
        along(self.lines.get(cable)?, part)
    }
}

/// The place a part (0…1) of the way along a line of points.
pub fn along(line: &[Spot], part: f32) -> Option<Spot> {
    let length = |[from, to]: &[Spot; 2]| (to.x - from.x).hypot(to.y - from.y);
    let mut left = line.array_windows().map(length).sum::<f32>() * part.clamp(0.0, 1.0);
    for pair @ [from, to] in line.array_windows() {
        let own = length(pair);
        if left <= own && own > TINY {
            let part = left / own;
            return Some(Spot { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
        }
        left -= own;
    }
    line.last().copied()
}

fn set(spots: &mut [Option<Spot>], node: usize, at: Spot) {
    if let Some(spot) = spots.get_mut(node) {
        *spot = Some(at);
    }
}

fn lowest(spots: &[Option<Spot>]) -> f32 {
    spots.iter().flatten().map(|spot| spot.y).fold(-1.0, f32::max)
}

/// What hangs from what.
struct Plan {
    way: Vec<usize>,
    /// The nodes that hang from each, in the order of their cables.
    children: Vec<Vec<usize>>,
    /// The cables by which they hang, and those of the way.
    tree: Vec<bool>,
}

impl Plan {
    fn of(topology: &Topology) -> Self {
        let count = topology.nodes.len();
        // The neighbours of each node: by which cable, to whom.
        let mut neighbours: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
        for (index, cable) in topology.cables.iter().enumerate() {
            let [one, other] = cable.ends.each_ref().map(|port| port.node.0);
            for (from, to) in [(one, other), (other, one)] {
                if let Some(own) = neighbours.get_mut(from).filter(|_| to < count && one != other) {
                    own.push((index, to));
                }
            }
        }
        let mut plan =
            Self { way: Vec::new(), children: vec![Vec::new(); count], tree: vec![false; topology.cables.len()] };
        plan.find_way(topology, &neighbours);
        let mut seen = vec![false; count];
        plan.spread(plan.way.clone(), &neighbours, &mut seen);
        for root in 0..count {
            if !seen.get(root).copied().unwrap_or(true) {
                plan.spread(vec![root], &neighbours, &mut seen);
            }
        }
        plan
    }

    /// The shortest way from the client to the server.
    fn find_way(&mut self, topology: &Topology, neighbours: &[Vec<(usize, usize)>]) {
        let (client, server) = (topology.client.0, topology.server.0);
        if client >= neighbours.len() {
            return;
        }
        // From where each node was reached first, and by which cable.
        let mut from: Vec<Option<(usize, usize)>> = vec![None; neighbours.len()];
        let mut next = VecDeque::from([client]);
        while let Some(node) = next.pop_front() {
            for (cable, to) in neighbours.get(node).into_iter().flatten() {
                if let Some(own) = from.get_mut(*to).filter(|own| own.is_none() && *to != client) {
                    *own = Some((node, *cable));
                    next.push_back(*to);
                }
            }
        }
        let mut at = server;
        let mut way = Vec::new();
        while let Some((before, cable)) = from.get(at).copied().flatten() {
            way.push(at);
            if let Some(tree) = self.tree.get_mut(cable) {
                *tree = true;
            }
            at = before;
        }
        way.push(client);
        way.reverse();
        self.way = way;
    }

    /// Hangs everything that can be reached from `roots` and has no place yet.
    fn spread(&mut self, roots: Vec<usize>, neighbours: &[Vec<(usize, usize)>], seen: &mut [bool]) {
        let mut see = |node: usize| seen.get_mut(node).is_some_and(|seen| !std::mem::replace(seen, true));
        for root in &roots {
            see(*root);
        }
        let mut next = VecDeque::from(roots);
        while let Some(node) = next.pop_front() {
            for (cable, to) in neighbours.get(node).into_iter().flatten() {
                if see(*to) {
                    next.push_back(*to);
                    if let Some((own, tree)) = self.children.get_mut(node).zip(self.tree.get_mut(*cable)) {
                        own.push(*to);
                        *tree = true;
                    }
                }
            }
        }
    }

    fn is_tree(&self, cable: usize) -> bool {
        self.tree.get(cable).copied().unwrap_or(false)
    }

    /// Some nodes side by side, each with what hangs from it; the middle of
    /// the first and the last is at 0, they are `row` rows below it.
    fn hang(&self, nodes: &[usize], row: u16) -> Block {
        let mut placed: Vec<(f32, Block)> = Vec::new();
        let mut edge = 0.0;
        for node in nodes {
            let below = self.hang(self.children.get(*node).map_or(&[][..], Vec::as_slice), row + 1);
            let x = edge + below.left.max(0.5);
            edge = x + below.right.max(0.5);
            placed.push((x, below));
        }
        let Some((first, last)) = placed.first().zip(placed.last()) else { return Block::default() };
        let middle = f32::midpoint(first.0, last.0);
        let mut block = Block { left: middle, right: edge - middle, ..Block::default() };
        for (node, (x, below)) in nodes.iter().zip(placed) {
            block.nodes.push((*node, Spot { x: x - middle, y: f32::from(row) }));
            let moved = below.nodes.into_iter().map(|(node, at)| (node, Spot { x: at.x + x - middle, y: at.y }));
            block.nodes.extend(moved);
            block.depth = block.depth.max(below.depth);
        }
        block.depth += 1.0;
        block
    }

    /// Puts the way in row 0 and what hangs from it below and above.
    fn place(&self, spots: &mut [Option<Spot>]) {
        // How far to the right each side is taken: below, above.
        let mut edges = [f32::NEG_INFINITY; 2];
        let mut x = -1.0_f32;
        for node in &self.way {
            let hanging = self.children.get(*node).map_or(&[][..], Vec::as_slice);
            let (below, above): (Vec<usize>, Vec<usize>) = if hanging.len() > MOST_BELOW {
                let every_other = |skip| hanging.iter().skip(skip).step_by(2).copied().collect();
                (every_other(0), every_other(1))
            } else {
                (hanging.to_vec(), Vec::new())
            };
            let blocks = [self.hang(&below, 1), self.hang(&above, 1)];
            x += 1.0;
            for (block, edge) in blocks.iter().zip(&edges).filter(|(block, _)| !block.is_empty()) {
                x = x.max(edge + block.left);
            }
            set(spots, *node, Spot { x, y: 0.0 });
            for ((block, edge), side) in blocks.iter().zip(&mut edges).zip([1.0, -1.0]) {
                if !block.is_empty() {
                    *edge = x + block.right;
                }
                for (node, at) in &block.nodes {
                    set(spots, *node, Spot { x: x + at.x, y: side * at.y });
                }
            }
        }
    }
}

fn straight(spots: &[Spot], ends: [usize; 2]) -> Vec<Spot> {
    ends.iter().filter_map(|end| spots.get(*end).copied()).collect()
}

/// A cable that makes a ring: straight, where it runs through no node and over
/// no other cable; else around.
fn around(spots: &[Spot], ends: [usize; 2], lines: &[Vec<Spot>]) -> Vec<Spot> {
    let direct = straight(spots, ends);
    let [from, to] = match direct.as_slice() {
        [from, to] => [*from, *to],
        _ => return direct,
    };
    let rows = [-0.5, 0.5].map(|by| from.y + by).into_iter().chain([-0.5, 0.5].map(|by| to.y + by));
    let detours = rows.map(|y| vec![from, Spot { x: from.x, y }, Spot { x: to.x, y }, to]);
    let others: Vec<Spot> =
        spots.iter().enumerate().filter(|(node, _)| !ends.contains(node)).map(|(_, spot)| *spot).collect();
    let is_free = |line: &Vec<Spot>| {
        let hits = line.array_windows().any(|[from, to]| others.iter().any(|spot| passes(*from, *to, *spot)));
        let back: Vec<Spot> = line.iter().rev().copied().collect();
        !hits && !lines.contains(line) && !lines.contains(&back)
    };
    std::iter::once(direct.clone()).chain(detours).find(is_free).unwrap_or(direct)
}

/// Whether a straight line passes through what a node takes of its cell.
fn passes(from: Spot, to: Spot, node: Spot) -> bool {
    // The part of the line between the edges of the node, by either axis.
    let within = |from: f32, to: f32, middle: f32, half: f32| {
        let way = to - from;
        if way.abs() < TINY {
            return if (from - middle).abs() < half { (0.0, 1.0) } else { (1.0, 0.0) };
        }
        let (one, other) = ((middle - half - from) / way, (middle + half - from) / way);
        (one.min(other), one.max(other))
    };
    let (x, y) = (within(from.x, to.x, node.x, HALF.x), within(from.y, to.y, node.y, HALF.y));
    x.0.max(y.0).max(0.0) < x.1.min(y.1).min(1.0)
}

#[cfg(test)]
mod tests;
