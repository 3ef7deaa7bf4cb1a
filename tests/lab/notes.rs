//! Programs with fixed addresses, as textbooks have them, run on a network:
//! hosts have these addresses.

use crate::skip::skip;
use crate::support::*;

/// Runs two programs; what is written must be told.
fn talk(topology: &str, server: &str, client: &str, expected: &str) {
    let Some((told, document)) = told(&[topology, server, client]) else { return };
    assert!(told.contains(expected), "{topology}: {told}");
    assert!(list(&document, "conversations").len() == 1, "{topology}");
}

#[test]
fn hosts_have_the_addresses_that_programs_name() {
    if !python() {
        return skip("python3 is not here");
    }
    // One-way over TCP and UDP, to 192.168.1.104: the client's host is the
    // server here.
    for topology in ["cable", "hub", "switch"] {
        let server = script(
            "client",
            "s=socket.socket();s.bind((\"192.168.1.104\",12346));s.listen(5);c,a=s.accept();print(c.recv(1024))",
        );
        let client =
            script("server", "c=socket.socket();c.connect((\"192.168.1.104\",12346));c.sendall(b\"python hello\")");
        talk(topology, &server, &client, "b'python hello'");
    }
    let server = script(
        "client",
        "s=socket.socket(type=socket.SOCK_DGRAM);s.bind((\"192.168.1.104\",12345));print(s.recvfrom(1024))",
    );
    let client = script(
        "server",
        "c=socket.socket(type=socket.SOCK_DGRAM);c.sendto(b\"hello Python\",(\"192.168.1.104\",12345))",
    );
    talk("router", &server, &client, "b'hello Python'");
    // A chat on 172.16.5.236.
    for topology in ["router", "narrow"] {
        let server = script(
            "server",
            "s=socket.socket();s.bind((\"172.16.5.236\",10086));s.listen(5);c,a=s.accept();c.sendall(c.recv(1024).upper())",
        );
        let client = script(
            "client",
            "c=socket.socket();c.connect((\"172.16.5.236\",10086));c.sendall(b\"chat\");print(c.recv(1024))",
        );
        talk(topology, &server, &client, "b'CHAT'");
    }
    // A question to 192.168.236.129.
    let server = script(
        "server",
        "s=socket.socket(type=socket.SOCK_DGRAM);s.bind((\"\",8080));d,a=s.recvfrom(1024);s.sendto(d.upper(),a)",
    );
    let client = script(
        "client",
        "c=socket.socket(type=socket.SOCK_DGRAM);c.sendto(b\"ask\",(\"192.168.236.129\",8080));print(c.recvfrom(1024))",
    );
    talk("two-routers", &server, &client, "b'ASK'");
}
