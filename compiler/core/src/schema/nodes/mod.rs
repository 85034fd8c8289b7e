//! The nodes that are not components: what a topology is made of.

mod cluster;
mod defined;
mod namespace;
mod program;
mod routing;

pub use cluster::{CLUSTER, EDITION, INCLUDE};
pub use defined::{DATABASE, EXTERNAL, SECRET, VERSION};
pub use namespace::{ANNOTATIONS, LABELS, MANIFEST, POD_SECURITY, QUOTA};
pub use program::{IMAGE, PROGRAM, RESOURCES, STORAGE};
pub use routing::{MIDDLEWARE, ROUTE};
