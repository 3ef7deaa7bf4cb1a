//! The wirelens program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    wirelens::cli::main()
}
