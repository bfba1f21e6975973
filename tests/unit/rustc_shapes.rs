// The sizes of the futures that rustc makes of the shapes in layout_shapes.py, a line each. Compile with --edition 2021.
//
// A leaf future of no size leaves one byte of state as the header; `Wide` has 8 bytes, `Byte` one. Values that are used for the last
// time stand in a scope that ends there: up to its end, rustc keeps their storage.

use std::future::Future;
use std::hint::black_box;
use std::mem::size_of_val;
use std::pin::Pin;
use std::task::{Context, Poll};

macro_rules! leaf {
    ($name:ident, $type:ty) => {
        struct $name(#[allow(dead_code)] $type);
        impl Future for $name {
            type Output = ();
            fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
                Poll::Pending
            }
        }
    };
}
leaf!(Nothing, ());
leaf!(Byte, u8);
leaf!(Wide, [u32; 2]);

type Row = [f32; 16];

fn load<T: Default>() -> T {
    black_box(T::default())
}

fn consume<T>(value: T) {
    black_box(value);
}

fn combine(one: Row, other: Row) -> Row {
    black_box(one);
    black_box(other)
}

macro_rules! size {
    ($name:expr, $future:expr) => {
        let future = $future;
        println!("{}: {}", $name, size_of_val(&future));
    };
}

// Rows of 16 f32, each computed from the two before it.
macro_rules! chain {
    ($first:ident; $($older:ident $newer:ident $next:ident),*) => {
        async {
            let $first: Row = load();
            $(Wide([0; 2]).await; let $next = combine($newer, $older);)*
            consume(chain!(@last $($next)*));
        }
    };
    (@last $one:ident) => { $one };
    (@last $one:ident $($more:ident)+) => { chain!(@last $($more)+) };
}

async fn borrowed_first(x: [u8; 8192]) {
    consume(&x);
    Byte(0).await;
}

async fn used_first(x: f32) {
    consume(x);
    Nothing(()).await;
}

async fn used_last(x: f32) {
    Nothing(()).await;
    consume(x);
}

#[allow(unused_variables)]
fn main() {
    size!("chain 4", chain!(a; a a b, a b c, b c d));
    size!("chain 8", chain!(a; a a b, a b c, b c d, c d e, d e f, e f g, f g h));
    size!("chain 16", chain!(a; a a b, a b c, b c d, c d e, d e f, e f g, f g h, g h i, h i j, i j k, j k l, k l m, l m n, m n o, n o p));
    size!("argument vector used first", borrowed_first([0; 8192]));
    size!("argument used first", used_first(0.0));
    size!("argument used last", used_last(0.0));
    size!("four across one", async {
        let (a, b, c, d): (f32, f32, f32, f32) = (load(), load(), load(), load());
        Nothing(()).await;
        consume(a + b + c + d);
    });
    size!("8 predicates", async {
        let v: (bool, bool, bool, bool) = (load(), load(), load(), load());
        let (a, b, c, d) = v;
        let v: (bool, bool, bool, bool) = (load(), load(), load(), load());
        let (e, f, g, h) = v;
        Nothing(()).await;
        consume(a & b & c & d & e & f & g & h);
    });
    size!("i8 i64 i16", async {
        let (a, b, c): (u8, u64, u16) = (load(), load(), load());
        Nothing(()).await;
        consume((a, b, c));
    });
    size!("i8 i64 i16 across two", async {
        let (a, b, c): (u8, u64, u16) = (load(), load(), load());
        Nothing(()).await;
        consume((a, b, c));
        Nothing(()).await;
        consume((a, b, c));
    });
    size!("f32, then f32", async {
        {
            let a: f32 = load();
            Nothing(()).await;
            consume(a);
        }
        let b: f32 = load();
        Nothing(()).await;
        consume(b);
    });
    size!("i8 i64, then i8 i16", async {
        {
            let (a, b): (u8, u64) = (load(), load());
            Nothing(()).await;
            consume((a, b));
        }
        let (a, b): (u8, u16) = (load(), load());
        Nothing(()).await;
        consume((a, b));
    });
    size!("branches", async {
        let (a, b, c, d, e): (f32, f32, f32, f32, f32) = (load(), load(), load(), load(), load());
        match load::<i32>() {
            0 => {
                Nothing(()).await;
                consume((a, b));
            }
            1 => {
                Nothing(()).await;
                consume((b, c));
            }
            2 => {
                Nothing(()).await;
                consume((c, d));
            }
            3 => {
                Nothing(()).await;
                consume((d, e));
            }
            _ => {
                Nothing(()).await;
                consume((e, a));
            }
        }
    });
    size!("overlapping", async {
        let a: f32 = load();
        Nothing(()).await;
        let b: f32 = load();
        consume(a);
        Nothing(()).await;
        consume(b);
    });
}
