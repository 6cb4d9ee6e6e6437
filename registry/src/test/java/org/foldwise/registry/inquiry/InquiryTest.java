package org.foldwise.registry.inquiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InquiryTest {
    private static final Instant ASKED = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant ENDED = Instant.parse("2026-11-28T12:30:00Z");
    private static final Map<InquiryState, Set<InquiryState>> LEGAL = Map.of(
            InquiryState.QUEUED, Set.of(InquiryState.RUNNING, InquiryState.FAILED, InquiryState.CANCELLED),
            InquiryState.RUNNING, Set.of(InquiryState.SUCCEEDED, InquiryState.FAILED, InquiryState.CANCELLED),
            InquiryState.SUCCEEDED, Set.of(),
            InquiryState.FAILED, Set.of(),
            InquiryState.CANCELLED, Set.of());
    private static final Map<InquiryState, Consumer<Inquiry>> EVENTS = Map.of(
            InquiryState.RUNNING, Inquiry::start,
            InquiryState.SUCCEEDED, inquiry -> inquiry.succeed("{}", ENDED),
            InquiryState.FAILED, inquiry -> inquiry.fail("the split was changed", ENDED),
            InquiryState.CANCELLED, inquiry -> inquiry.cancel(ENDED));

    private static final class Question extends Inquiry {
        Question() {
            super(new UUID(1, 1), ASKED);
        }

        @Override
        protected RecordDigest asked(RecordDigest facts) {
            return facts;
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(InquiryState from) {
        assertThat(from.canBecome(InquiryState.QUEUED)).isFalse();
        assertThat(from.isTerminal()).isEqualTo(LEGAL.get(from).isEmpty());
        EVENTS.forEach((to, event) -> {
            Inquiry inquiry = inquiry(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            boolean anotherWorkerGoesOn = from == InquiryState.RUNNING && to == InquiryState.RUNNING;
            if (legal || anotherWorkerGoesOn) {
                event.accept(inquiry);
                assertThat(inquiry.state()).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> event.accept(inquiry))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(inquiry.state()).isEqualTo(from);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void hasOfEachStateWhatBelongsToIt(InquiryState state) {
        Inquiry inquiry = inquiry(state);

        assertThat(inquiry.createdAt()).isEqualTo(ASKED);
        assertThat(inquiry.finishedAt()).isEqualTo(state.isTerminal() ? ENDED : null);
        assertThat(inquiry.report()).isEqualTo(state == InquiryState.SUCCEEDED ? "{}" : null);
        assertThat(inquiry.failure()).isEqualTo(state == InquiryState.FAILED ? "the split was changed" : null);
        if (state.isTerminal()) {
            assertThatThrownBy(inquiry::requireOpen).isInstanceOf(IllegalTransitionException.class);
        } else {
            inquiry.requireOpen();
        }
    }

    private static Inquiry inquiry(InquiryState state) {
        Inquiry inquiry = new Question();
        if (state == InquiryState.SUCCEEDED) {
            inquiry.start();
        }
        if (state != InquiryState.QUEUED) {
            EVENTS.get(state).accept(inquiry);
        }
        return inquiry;
    }
}
