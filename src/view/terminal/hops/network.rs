//! The network as text: its cables, its addresses, and its tables.

use super::Page;
use crate::conversation::journey::{AGEING, routes};
use crate::model::{NodeId, Topology};
use crate::view::terminal::columns::Ink;
use crate::words::journey::node;
use crate::words::{mac, printable, width};

impl Page<'_> {
    /// Which cables there are, who has which address, and who routes how.
    pub(super) fn network(&mut self, map: &Topology) {
        self.line(Ink::Bold, &self.words.word("journey-map-title"));
        let (chain, taken) = chain(map);
        let names: Vec<String> = chain.into_iter().map(|id| node(Some(map), id)).collect();
        if names.len() > 1 {
            self.wrapped("  ", &names.join(" ── "));
        }
        for (_, cable) in map.cables.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
            let [first, second] = cable.ends.each_ref().map(|port| node(Some(map), port.node));
            self.line(Ink::Plain, &format!("  {first} ── {second}"));
        }
        self.line(Ink::Bold, &self.words.word("journey-interfaces-title"));
        let mut rows = Vec::new();
        for (_, node, host) in map.hosts() {
            for (name, interface) in &host.interfaces {
                let addresses: Vec<String> = interface.addresses.iter().map(ToString::to_string).collect();
                let behind = host.nat.as_ref().filter(|nat| *nat == name);
                let behind = behind
                    .map(|nat| self.words.say("journey-nat-behind", &[("interface", &printable(nat.as_bytes()))]));
                let (node, name) = (printable(node.name.as_bytes()), printable(name.as_bytes()));
                rows.push([node, name, addresses.join(" "), mac(interface.mac), behind.unwrap_or_default()]);
            }
        }
        self.columns(&rows);
        for (id, node, host) in map.hosts() {
            let routed = host.forwards || !host.gateways.is_empty() || !host.routes.is_empty();
            if !routed {
                continue;
            }
            let name = printable(node.name.as_bytes());
            self.heading("journey-table-routes", &name, &self.words.word("journey-table-routes-source"));
            let lines = routes(map, id);
            let rows: Vec<[String; 2]> =
                lines.iter().map(|route| self.words.journey_route(route)).map(|(to, how)| [to, how]).collect();
            self.columns(&rows);
        }
    }

    /// All tables as they are in the end.
    pub(super) fn tables(&mut self, map: &Topology) {
        let end = self.trace.events().iter().map(|event| event.at).max().unwrap_or_default();
        let tables = self.found.tables_at(map, end);
        let (words, ageing) = (self.words, format!("{} s", AGEING.nanos() / 1_000_000_000));
        self.line(Ink::Bold, &words.word("journey-tables-title"));
        for table in tables.arp.iter().filter(|table| !table.entries.is_empty()) {
            let name = node(Some(map), table.node);
            self.heading("journey-table-arp", &name, &words.word("journey-table-arp-source"));
            let rows: Vec<[String; 4]> = table
                .entries
                .iter()
                .map(|entry| {
                    let frame = words.say("journey-lesson-frame", &[("frame", &entry.learned.frame.0)]);
                    let interface = printable(entry.interface.as_bytes());
                    [entry.address.to_string(), words.journey_mac(entry.mac), interface, frame]
                })
                .collect();
            self.columns(&rows);
        }
        for table in &tables.switches {
            let name = node(Some(map), table.node);
            let source = words.say("journey-table-stations-source", &[("ageing", &ageing)]);
            self.heading("journey-table-stations", &name, &source);
            let rows: Vec<[String; 3]> = table
                .entries
                .iter()
                .map(|entry| {
                    let port = words.journey_port(map, table.node, entry.cable);
                    let port = words.say("journey-port", &[("port", &port)]);
                    let frame = words.say("journey-lesson-frame", &[("frame", &entry.learned.frame.0)]);
                    [mac(entry.mac.0), port, frame]
                })
                .collect();
            self.columns(&rows);
        }
        for table in &tables.translations {
            let name = node(Some(map), table.node);
            self.heading("journey-table-translations", &name, &words.word("journey-table-translations-source"));
            let rows: Vec<[String; 4]> = table
                .entries
                .iter()
                .map(|(entry, learned)| {
                    let frame = words.say("journey-lesson-frame", &[("frame", &learned.frame.0)]);
                    let (inside, outside) = (entry.inside.to_string(), entry.outside.to_string());
                    [inside, format!("⇄ {outside}"), format!("→ {}", entry.peer), frame]
                })
                .collect();
            self.columns(&rows);
        }
    }

    /// Whose table, and how we know: beside it, or below where there is no room.
    fn heading(&mut self, key: &str, name: &str, source: &str) {
        let title = self.words.say(key, &[("node", &name)]);
        let beside = format!(" · {source}");
        if width(&title) + width(&beside) > self.columns {
            self.line(Ink::Bold, &title);
            self.inked(Ink::Faint, "  ", source);
            return;
        }
        let (title, beside) = (Ink::Bold.write(&title, self.colour), Ink::Faint.write(&beside, self.colour));
        self.text.extend([title, beside, "\n".to_owned()]);
    }

    /// Rows in columns as wide as they must be.
    fn columns<const N: usize>(&mut self, rows: &[[String; N]]) {
        if rows.is_empty() {
            self.line(Ink::Faint, &format!("  {}", self.words.word("journey-table-empty")));
        }
        let mut widths = [0; N];
        for row in rows {
            for (cell, most) in row.iter().zip(&mut widths) {
                *most = width(cell).max(*most);
            }
        }
        for row in rows {
            let mut line = String::new();
            for (cell, most) in row.iter().zip(widths) {
                line.extend(["  ", cell, &" ".repeat(most.saturating_sub(width(cell)))]);
            }
            self.line(Ink::Plain, &line);
        }
    }
}

/// The nodes from the client to the server, and the cables between them.
fn chain(map: &Topology) -> (Vec<NodeId>, Vec<usize>) {
    // Each node with the step it was reached by: from which, over which cable.
    let mut reached: Vec<(NodeId, Option<(usize, usize)>)> = vec![(map.client, None)];
    let mut next = 0;
    while let Some((id, _)) = reached.get(next).copied() {
        if id == map.server {
            break;
        }
        for (index, cable) in map.cables.iter().enumerate() {
            let [first, second] = cable.ends.each_ref().map(|port| port.node);
            let other = if first == id { second } else { first };
            if (first == id || second == id) && reached.iter().all(|(known, _)| *known != other) {
                reached.push((other, Some((next, index))));
            }
        }
        next += 1;
    }
    let (mut nodes, mut cables) = (Vec::new(), Vec::new());
    let mut at = Some(next);
    while let Some((id, step)) = at.and_then(|at| reached.get(at)) {
        nodes.push(*id);
        cables.extend(step.map(|(_, cable)| cable));
        at = step.map(|(before, _)| before);
    }
    nodes.reverse();
    (nodes, cables)
}
