use wirelens::conversation::{conversations, journey::*};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let trace = wirelens::source::file::read(std::fs::File::open(path).unwrap()).unwrap().trace;
    let all = conversations(&trace);
    let t = std::time::Instant::now();
    let found = journeys(&trace, &all);
    eprintln!("{:?} for {} journeys, unplaced {}", t.elapsed(), found.journeys.len(), found.unplaced);
    let map = trace.notes.map.as_deref();
    let name = |p: Point| match (p, map) {
        (Point::Node(n), Some(m)) => m.nodes[n.0].name.clone(),
        _ => format!("{p:?}"),
    };
    for (i, j) in found.journeys.iter().enumerate().take(14) {
        println!("#{i} {:?} {:?} conv {:?} goal {:?} {:?}", j.frame, j.message, j.conversation, j.goal, j.outcome);
        let look = j.look(&trace, map);
        for (k, l) in j.legs.iter().enumerate() {
            println!(
                "   {k} {} -> {} {:?} {:?} sent {:?} recv {:?} before {:?} again {}",
                name(l.from),
                name(l.to),
                l.purpose,
                l.crossing,
                l.sent.map(|s| s.frame.0),
                l.received.map(|s| s.frame.0),
                l.before,
                l.again
            );
        }
        for s in &look.stops {
            println!(
                "   stop {} {:?} {}->{}: {:?}",
                name(s.at),
                s.kind,
                s.from,
                s.to,
                s.changes.iter().map(|c| format!("{} {}→{}", c.field.name(), c.before, c.after)).collect::<Vec<_>>()
            );
        }
        for b in &j.bystanders {
            println!("   by {} {:?}", map.unwrap().nodes[b.node.0].name, b.sight);
        }
    }
    for l in found.lessons.iter().filter(|l| l.new) {
        println!("lesson {:?} j{} {} {:?}", l.frame, l.journey, map.unwrap().nodes[l.node.0].name, l.learned);
    }
}
