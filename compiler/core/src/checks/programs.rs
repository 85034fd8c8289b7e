//! Rules of Kubernetes that hold for every program.

use crate::components::program::{Home, Program};
use crate::components::site::Made;
use crate::diagnostics::Report;

/// Checks what a namespace is made of, while the objects are at hand.
pub fn check(home: &Home<'_>, made: &Made, report: &mut Report) {
    for program in &made.programs {
        self::program(home, program, report);
    }
}

fn program(_home: &Home<'_>, _program: &Program, _report: &mut Report) {}
