//! TEMP
pub struct T {
    pub en: &'static str,
    pub zh: &'static str,
}
pub struct A {
    pub title: T,
    pub about: T,
}
pub struct Shipped {
    pub pcapng: &'static [u8],
}
impl Shipped {
    pub fn about(&self) -> A {
        A { title: T { en: "x", zh: "y" }, about: T { en: "x", zh: "y" } }
    }
}
pub static SHIPPED: &[Shipped] = &[];
