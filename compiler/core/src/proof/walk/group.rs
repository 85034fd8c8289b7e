//! Pods of which a path is gone, or that it comes to.

use crate::model::settings::Protocol;
use crate::network::policy::{Direction, End, Rule};
use crate::network::spaces::{Question, Verdict};
use crate::network::{Pods, Space};

/// A group of pods in its namespace.
#[derive(Clone, Copy, Debug)]
pub(in crate::proof) struct Group<'n> {
    pub(in crate::proof) namespace: &'n str,
    pub(in crate::proof) space: &'n Space,
    pub(in crate::proof) pods: &'n Pods,
}

impl<'n> Group<'n> {
    pub(super) fn home(self) -> (&'n str, Option<&'n Space>) {
        (self.namespace, Some(self.space))
    }

    pub(in crate::proof) fn end(self) -> End<'n> {
        End::Pods { namespace: self.namespace, labels: &self.space.labels, pods: self.pods }
    }

    /// A conversation of these pods, as their policies are asked.
    pub(super) fn question(
        self,
        direction: Direction,
        other: End<'n>,
        reached: Option<&'n Pods>,
        (port, protocol): (u16, Protocol),
    ) -> Question<'n> {
        let Group { namespace, space, pods } = self;
        Question { namespace, space, pods, direction, other, reached, port, protocol }
    }

    /// Whether a rule about these pods lets them out, or none says anything.
    pub(in crate::proof) fn may_leave(self, by: impl Fn(&Rule) -> bool) -> bool {
        let mut policies = self.space.policies_about(self.pods, Direction::Egress).peekable();
        self.pods.host_network
            || policies.peek().is_none()
            || policies.filter_map(|policy| policy.rules(Direction::Egress)).flatten().any(by)
    }

    /// Whether the policies about these pods forbid a conversation.
    pub(in crate::proof) fn is_forbidden(
        self,
        direction: Direction,
        other: End<'n>,
        reached: &'n Pods,
        port: (u16, Protocol),
    ) -> bool {
        let question = self.question(direction, other, Some(reached), port);
        matches!(question.judge(), Verdict::Forbidden(_))
    }
}
