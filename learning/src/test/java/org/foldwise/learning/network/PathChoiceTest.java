package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels that this libtorch takes, and such as it does not take or understands differently. */
@Tag("engine")
class PathChoiceTest {
    private static PathChoice choice(UnaryOperator<String> change) {
        return Engines.withKernels(change).choosePath();
    }

    @Test
    void takesTheKernelsHere() {
        assertThat(Engines.engine().choosePath()).isEqualTo(PathChoice.KERNELS);
        assertThat(choice(text -> text).taken()).isEqualTo(TrainingPath.KERNELS);
    }

    /** As with a libtorch that has no such operation, and with an archive of which a part is missing. */
    @Test
    void takesTheBlocksWhereTheEngineDoesNotTakeTheKernels() {
        PathChoice lacking = choice(text -> text.replace("torch._fused_adam_(", "torch._fused_adam_of_old_("));
        assertThat(lacking.taken()).isEqualTo(TrainingPath.BLOCKS);
        assertThat(lacking.reason()).isEqualTo("the engine does not take the kernels here");

        PathChoice damaged = choice(text -> text.substring(0, 2 * text.length() / 3));
        assertThat(damaged).isEqualTo(lacking);
    }

    /** Memory may be short for a moment, as where another process holds the GPU's. */
    @Test
    void asksAgainAfterAProbeThatBrokeOff() {
        Deque<Supplier<@Nullable String>> outcomes = new ArrayDeque<>();
        outcomes.add(() -> {
            throw new EngineException("CUDA out of memory.\nException raised from malloc at c10");
        });
        outcomes.add(() -> null);
        ProvisionalPath path = new ProvisionalPath(() -> outcomes.remove().get());

        PathChoice first = path.get();
        assertThat(first.taken()).isEqualTo(TrainingPath.BLOCKS);
        assertThat(first.reason()).isEqualTo("the kernels could not be compared with the blocks: CUDA out of memory.");
        assertThat(path.get()).isEqualTo(PathChoice.KERNELS);
        assertThat(path.get()).isEqualTo(PathChoice.KERNELS);
    }

    @Test
    void keepsWhatWasFound() {
        for (Supplier<@Nullable String> outcome : List.<Supplier<@Nullable String>>of(() -> "Adam is off by 1", () -> {
            throw new RefusedArchiveException(new IOException("damaged"));
        })) {
            Deque<Supplier<@Nullable String>> outcomes = new ArrayDeque<>(List.of(outcome));
            ProvisionalPath path = new ProvisionalPath(() -> outcomes.remove().get());
            PathChoice first = path.get();
            assertThat(first.taken()).isEqualTo(TrainingPath.BLOCKS);
            assertThat(path.get()).isEqualTo(first);
        }
    }

    /** A libtorch that means something else by an argument or a number says nothing; what comes out says it. */
    @ParameterizedTest
    @CsvSource({
        "beta2=b2, beta2=b1, Adam is off by",
        "'torch.relu_(x)', 'torch.neg_(x)', an activation is off by",
        "'torch.hardtanh_(x, 0., 6.)', 'torch.relu_(x)', an activation is off by",
        "'torch.silu(x)', 'torch.sigmoid(x)', an activation is off by",
        "'None, torch.to(w, z), 1)', 'torch.to(w, z), None, 1)', the binary cross entropy is off by",
        "'-100, float(c[0])', '-100, 0.', the cross entropy is off by",
        "'torch.mul(y, a)', 'torch.mul(n, a)', the focal loss is off by",
        "weight_decay=wd, weight_decay=eps, Adam is off by",
        "'torch.clone(x, memory_format=2)', 'torch.neg(torch.clone(x, memory_format=2))', a convolution is off by",
        "'torch.zeros_like(x)', 'torch.ones_like(x)', Adam is off by",
        "'return torch.copy_(torch.empty_like(x), y)', 'return torch.clone(x)', Adam is off by"
    })
    void takesTheBlocksWhereTheKernelsComputeSomethingElse(String right, String wrong, String found) {
        PathChoice choice = choice(text -> {
            assertThat(text).contains(right);
            return text.replace(right, wrong);
        });
        assertThat(choice.taken()).isEqualTo(TrainingPath.BLOCKS);
        assertThat(choice.reason())
                .startsWith("the kernels compute otherwise than the blocks here: ")
                .contains(found);
    }

    @Test
    void seesThatAdamWDecaysByItself() {
        PathChoice choice = choice(text -> text.replace("torch._fused_adamw_(", "torch._fused_adam_("));
        assertThat(choice.reason()).contains("AdamW is off by");
    }

    @Test
    void leavesNoOtherPrecisionThanFloat32ToTheBlocks() {
        PathChoice blocks = new PathChoice(TrainingPath.BLOCKS, "a test wants it");
        PrecisionChoice rounded = new PrecisionChoice(Precision.BFLOAT16, "as planned");
        PrecisionChoice taken = blocks.precision(rounded);
        assertThat(taken.taken()).isEqualTo(Precision.FLOAT32);
        assertThat(taken.isFallBack()).isTrue();
        assertThat(taken.reason()).contains("a test wants it");
        assertThat(PathChoice.KERNELS.precision(rounded)).isEqualTo(rounded);
        PrecisionChoice exact = new PrecisionChoice(Precision.FLOAT32, "as planned");
        assertThat(blocks.precision(exact)).isEqualTo(exact);
    }

    /** What is asked about bfloat16 needs kernels as well, and must not end in an exception without them. */
    @Test
    void findsNoGainInBfloat16WithoutKernels() {
        TorchEngine lacking =
                Engines.withKernels(text -> text.replace("torch._fused_adam_(", "torch._fused_adam_of_old_("));
        PrecisionChoice choice = lacking.choosePrecision(Precision.BFLOAT16, BackboneName.RESNET18);
        assertThat(choice.taken()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.isFallBack()).isTrue();
        assertThat(catchThrowable(lacking::kernels)).isInstanceOf(EngineException.class);
    }
}
