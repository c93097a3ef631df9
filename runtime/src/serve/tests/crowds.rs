//! More connections than there may be.

use axum::routing::post;

use super::*;

const MOST: usize = 8;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const FEW: Bounds = Bounds {
    connections: MOST,
    // Nothing here ends because it takes too long.
    head: Duration::from_secs(600),
    body: Duration::from_secs(600),
    answer: Duration::from_secs(600),
    ..BOUNDS
};

/// Opens connections that send `head` and no more.
async fn flood(address: SocketAddr, connections: usize, head: &str) -> Vec<TcpStream> {
    let mut flood = Vec::new();
    for _ in 0..connections {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // It may be closed already.
        let _ = stream.write_all(head.as_bytes()).await;
        flood.push(stream);
    }
    flood
}

/// How many of these the server has not closed.
async fn open(flood: Vec<TcpStream>) -> usize {
    let mut open = 0;
    for mut stream in flood {
        let end = tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await;
        open += usize::from(end.is_err());
    }
    open
}

async fn answer(address: SocketAddr) -> String {
    let answer = async { read(send(address, GET).await).await };
    tokio::time::timeout(PATIENCE, answer)
        .await
        .expect("an answer")
}

#[tokio::test]
async fn silent_connections_make_room_for_honest_ones() {
    let router = Router::new().route("/", get(|| async { "here" }));
    for head in ["", "GET / HTTP/1.1\r\nHost: here\r\n"] {
        let (address, _stop, _) = start_with(router.clone(), FEW).await;
        let flood = flood(address, 10 * MOST, head).await;
        for _ in 0..3 {
            let answer = answer(address).await;
            assert!(answer.ends_with("here"), "{answer}");
        }
        let open = open(flood).await;
        assert!((1..=MOST).contains(&open), "{open}");
    }
}

#[tokio::test]
async fn idle_connections_make_room_too() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let (address, _stop, _) = start_with(router, FEW).await;
    let mut idle = Vec::new();
    for _ in 0..3 * MOST {
        let mut stream = send(address, "GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        idle.push(stream);
    }
}

#[tokio::test]
async fn bodies_that_do_not_come_make_room() {
    let read = |body: Bytes| async move { body };
    let router = Router::new().route("/", get(|| async { "here" }).merge(post(read)));
    let (address, _stop, _) = start_with(router, FEW).await;
    let head = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n{";
    let flood = flood(address, 10 * MOST, head).await;
    let answer = answer(address).await;
    assert!(answer.ends_with("here"), "{answer}");
    assert!(open(flood).await <= MOST);
}

#[tokio::test]
async fn answers_that_nobody_takes_make_room() {
    let large = || async { vec![b'x'; 16 * 1024 * 1024] };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/large", get(large));
    let (address, _stop, _) = start_with(router, FEW).await;
    let large = "GET /large HTTP/1.1\r\nHost: here\r\n\r\n";
    let _flood = flood(address, MOST + 1, large).await;
    let answer = answer(address).await;
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn streams_that_say_nothing_make_room() {
    let silence =
        || async { Body::from_stream(futures_util::stream::pending::<Result<Bytes, io::Error>>()) };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/silence", get(silence));
    let (address, _stop, _) = start_with(router, FEW).await;
    let silence = "GET /silence HTTP/1.1\r\nHost: here\r\n\r\n";
    let _flood = flood(address, 2 * MOST, silence).await;
    let answer = answer(address).await;
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn a_request_that_is_worked_on_is_not_closed_for_another() {
    let (router, begun, go_on) = slow();
    let (address, _stop, _) = start_with(router, FEW).await;
    let request = tokio::spawn(answer(address));
    begun.notified().await;
    let flood = flood(address, 10 * MOST, "").await;
    go_on.notify_one();
    let answer = request.await.unwrap();
    assert!(answer.ends_with("finished"), "{answer}");
    drop(flood);
}

#[tokio::test]
async fn when_all_are_worked_on_those_who_come_wait() {
    let (router, begun, go_on) = slow();
    let bounds = Bounds {
        connections: 2,
        ..FEW
    };
    let (address, _stop, _) = start_with(router, bounds).await;
    let first: Vec<_> = [(); 2].map(|()| tokio::spawn(answer(address))).into();
    begun.notified().await;
    // A permit of the second may be that of the first: only when both have begun is there no room.
    go_on.notify_one();
    let third = tokio::spawn(answer(address));
    for request in first.into_iter().chain([third]) {
        while !request.is_finished() {
            go_on.notify_one();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let answer = request.await.unwrap();
        assert!(answer.ends_with("finished"), "{answer}");
    }
}

/// Needs a second address of the same machine, which Linux has in all of 127.0.0.0/8.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_has_most_connections_loses_theirs() {
    let router = Router::new().route("/", get(|| async { "here" }));
    let (address, _stop, _) = start_with(router, FEW).await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut honest = socket.connect(address).await.unwrap();
    honest
        .write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 12];
    honest.read_exact(&mut first).await.unwrap();
    // It is the oldest, and idle.
    let _flood = flood(address, 10 * MOST, "").await;
    let _ = answer(address).await;
    honest.write_all(GET.as_bytes()).await.unwrap();
    let answers = read(honest).await;
    assert!(answers.contains("HTTP/1.1 200 "), "{answers}");
}
