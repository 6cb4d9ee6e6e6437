package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.Collections;
import java.util.List;

/**
 * What DJL's arrays cannot ask of libtorch, asked in TorchScript: the memory format channels_last, in which convolutions run
 * faster, and Adam's step over all parameters in one call. There is one set per engine; it lives as long as the process.
 */
public final class Kernels {
    /** Strides of a dimension of length 1 say nothing, and libtorch writes what it likes there. */
    private static final String ARRAYS =
            """
              def forward(SELF,
                  x: Tensor) -> Tensor:
                return x
              def channels_last(SELF,
                  x: Tensor) -> Tensor:
                return torch.clone(x, memory_format=2)
              def zeros_like(SELF,
                  x: Tensor) -> Tensor:
                return torch.zeros_like(x)
              def laid_out_like(SELF,
                  x: Tensor,
                  y: Tensor) -> Tensor:
                return torch.copy_(torch.empty_like(x), y)
              def different_strides(SELF,
                  x: List[Tensor],
                  y: List[Tensor]) -> int:
                n = 0
                for i in range(torch.len(x)):
                  sizes = torch.size(x[i])
                  one = torch.stride(x[i])
                  other = torch.stride(y[i])
                  for d in range(torch.len(sizes)):
                    if torch.gt(sizes[d], 1):
                      if torch.ne(one[d], other[d]):
                        n = torch.add(n, 1)
                      else:
                        pass
                    else:
                      pass
                return n
            """;

    /** The method of one optimizer; Adam and AdamW take the same arguments. */
    private static final String STEP =
            """
              def %1$s(SELF,
                  w: List[Tensor],
                  g: List[Tensor],
                  m: List[Tensor],
                  v: List[Tensor],
                  t: List[Tensor],
                  lr: float,
                  b1: float,
                  b2: float,
                  wd: float,
                  eps: float) -> int:
                torch._fused_%1$s_(w, g, m, v, annotate(List[Tensor], []), t, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
                torch._foreach_zero_(g)
                return torch.len(w)
            """;

    private final TorchScriptModule module;
    private final NDArray toChannelsLast;
    private final NDArray toZerosLike;
    private final NDArray toLaidOutLike;

    private Kernels(TorchScriptModule module, NDManager manager) {
        this.module = module;
        this.toChannelsLast = method(manager, "channels_last");
        this.toZerosLike = method(manager, "zeros_like");
        this.toLaidOutLike = method(manager, "laid_out_like");
    }

    /** Compiles the kernels; {@code manager} must outlive them. */
    static Kernels load(NDManager manager) {
        String methods = ARRAYS + STEP.formatted("adam") + STEP.formatted("adamw");
        return new Kernels(TorchScriptModule.load(methods, manager.getDevice()), manager);
    }

    /** DJL chooses a module's method by an array of that name among the inputs. */
    private static NDArray method(NDManager manager, String name) {
        NDArray tag = manager.create(0f);
        tag.setName("module_method:" + name);
        return tag;
    }

    /** A copy of an array N x C x H x W whose channels lie next to each other in memory; attached to the array's manager. */
    public NDArray channelsLast(NDArray array) {
        array.setName(null);
        return IValueUtils.forward(block(), new NDList(array, toChannelsLast), true)
                .singletonOrThrow();
    }

    /** Zeros of an array's shape, type and memory format, which DJL's zerosLike does not keep; {@code manager} owns them. */
    public NDArray zerosLike(NDArray array, NDManager manager) {
        array.setName(null);
        NDArray zeros = IValueUtils.forward(block(), new NDList(array, toZerosLike), true)
                .singletonOrThrow();
        zeros.attach(manager);
        return zeros;
    }

    /** The values of one array in the memory format of another of equal shape; {@code manager} owns them. */
    public NDArray laidOutLike(NDArray model, NDArray values, NDManager manager) {
        model.setName(null);
        values.setName(null);
        NDArray copy = IValueUtils.forward(block(), new NDList(model, values, toLaidOutLike), true)
                .singletonOrThrow();
        copy.attach(manager);
        return copy;
    }

    /**
     * The numbers of a step of Adam.
     *
     * @param step its number, from 1
     * @param decoupled whether weight decay acts on the weights themselves, as in AdamW
     */
    public record AdamStep(
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            boolean decoupled,
            double epsilon) {}

    /**
     * One step as {@code torch.optim.Adam} or {@code torch.optim.AdamW} takes it; sets the gradients to zero.
     *
     * @param weights changed
     * @param gradients one per weight, of equal memory format
     * @param means running means of the gradients, changed
     * @param meanSquares running means of the squared gradients, changed
     * @throws IllegalStateException if the memory formats differ: libtorch walks raw memory and would train wrongly
     */
    public void adam(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> means,
            List<NDArray> meanSquares,
            AdamStep numbers) {
        try (IValue w = list(weights);
                IValue g = list(gradients);
                IValue m = list(means);
                IValue v = list(meanSquares);
                NDArray number = weights.get(0).getManager().create((float) numbers.step());
                IValue t = list(Collections.nCopies(weights.size(), number));
                IValue rate = IValue.from(numbers.learningRate());
                IValue b1 = IValue.from(numbers.beta1());
                IValue b2 = IValue.from(numbers.beta2());
                IValue decay = IValue.from(numbers.weightDecay());
                IValue eps = IValue.from(numbers.epsilon())) {
            for (IValue other : List.of(g, m, v)) {
                try (IValue different = IValueUtils.runMethod(block(), "different_strides", w, other)) {
                    if (different.toLong() > 0) {
                        throw new IllegalStateException("weights, gradients and moments must lie alike in memory");
                    }
                }
            }
            IValueUtils.runMethod(
                            block(), numbers.decoupled() ? "adamw" : "adam", w, g, m, v, t, rate, b1, b2, decay, eps)
                    .close();
        }
    }

    private PtSymbolBlock block() {
        return module.block();
    }

    private static IValue list(List<NDArray> arrays) {
        return IValue.listFrom(arrays.stream().map(array -> (PtNDArray) array).toArray(PtNDArray[]::new));
    }
}
