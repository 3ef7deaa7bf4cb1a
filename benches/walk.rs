//! The least that any reader of a pcap file must do: reads it once, megabyte
//! by megabyte, and goes from one record header to the next. `benches/compare.py`
//! runs it as the floor below which no analysis can get.
//!
//! ```text
//! cargo run --release --no-default-features --example walk -- FILE
//! ```
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::fs::File;
use std::io::Read as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: walk FILE (pcap, little-endian)")?;
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    // What lies between the start of the buffer and the next record: the
    // file's header at first.
    let (mut skip, mut held) = (24, 0);
    let (mut packets, mut bytes) = (0_u64, 0_u64);
    loop {
        let read = file.read(buffer.get_mut(held..).unwrap_or_default())?;
        if read == 0 {
            break;
        }
        held += read;
        let mut at = skip;
        while let Some(header) = buffer.get(..held).and_then(|kept| kept.get(at..)?.first_chunk::<16>()) {
            let [.., a, b, c, d, _, _, _, _] = *header;
            let length = u32::from_le_bytes([a, b, c, d]);
            packets += 1;
            bytes += u64::from(length);
            at += 16 + usize::try_from(length)?;
        }
        let rest = at.min(held);
        buffer.copy_within(rest..held, 0);
        held -= rest;
        skip = at - rest;
    }
    println!("{packets} packets, {bytes} bytes");
    Ok(())
}
