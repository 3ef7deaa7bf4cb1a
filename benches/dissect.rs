//! What taking a frame apart costs: `cargo bench --bench dissect`. Prints
//! nanoseconds a frame, and judges nothing.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads clocks and prints")]

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use wirelens::decode::{FieldId, FieldSink, FieldValue, dissect, headers};
use wirelens::model::LinkType;

const ROUNDS: u32 = 2_000_000;

/// Counts what it is told; does not want what is in `unwanted`.
struct Count<'a> {
    fields: u64,
    unwanted: &'a [FieldId],
}

impl FieldSink for Count<'_> {
    fn wants(&self, group: FieldId) -> bool {
        !self.unwanted.contains(&group)
    }

    fn open(&mut self, field: FieldId, span: Range<usize>, bytes: &[u8]) {
        black_box((field, span, bytes));
        self.fields += 1;
    }

    fn field(&mut self, field: FieldId, span: Range<usize>, value: FieldValue<'_>) {
        black_box((field, span, value));
        self.fields += 1;
    }

    fn close(&mut self) {}
}

/// Ethernet, IPv4 and TCP with timestamps, `payload` bytes behind.
fn segment(payload: usize) -> Vec<u8> {
    let total = u16::try_from(52 + payload).unwrap_or(0).to_be_bytes();
    let mut bytes = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, total[0], total[1]];
    bytes.extend([0x1c, 0x46, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    bytes.extend([0x9C, 0x40, 0x1F, 0x90, 0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0x18, 0x12, 0x34, 0, 0, 0, 0]);
    bytes.extend([1, 1, 8, 10, 0, 0, 0, 41, 0, 0, 0, 42]);
    bytes.resize(bytes.len() + payload, 0x5A);
    bytes
}

fn measure(name: &str, bytes: &[u8], unwanted: &[FieldId]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let begun = Instant::now();
    let mut sink = Count { fields: 0, unwanted };
    for _ in 0..ROUNDS {
        dissect(LinkType::ETHERNET, black_box(bytes), length, &mut sink);
    }
    let nanos = begun.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS);
    println!("{nanos:7.0} ns  {:3} fields  {name}", sink.fields / u64::from(ROUNDS));
}

fn main() {
    let (small, large) = (segment(0), segment(1448));
    measure("eth/ip/tcp without payload, all", &small, &[]);
    measure("eth/ip/tcp with 1448 bytes, all", &large, &[]);
    measure("eth/ip/tcp with 1448 bytes, no TCP checksum", &large, &[FieldId::TCP_CHECKSUM]);
    let links = [FieldId::ETH, FieldId::IP, FieldId::IP_CHECKSUM, FieldId::TCP_CHECKSUM];
    measure("eth/ip/tcp with 1448 bytes, TCP alone without its checksum", &large, &links);
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(headers(LinkType::ETHERNET, black_box(&large), 1514));
    }
    println!("{:7.0} ns  headers alone", begun.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS));
}
