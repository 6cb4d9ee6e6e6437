package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What DJL's arrays cannot ask of libtorch, asked in TorchScript: the memory format channels_last, in which convolutions run
 * faster, losses in one call each, and Adam's step over all parameters in one call. There is one set per engine; it lives as long as
 * the process.
 */
public final class Kernels implements ActivationArithmetic, AdamArithmetic, LossArithmetic {
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

    /** Convolutions leave what comes out rounded; number 6 is libtorch's for float32. */
    private static final String ROUNDED =
            """
              def rounded_convolution(SELF,
                  x: Tensor,
                  w: Tensor,
                  c: Tensor) -> Tensor:
                s = int(c[0])
                p = int(c[1])
                t = int(c[3])
                return torch.conv2d(torch.to(x, t), torch.to(w, t), None, [s, s], [p, p], [1, 1], int(c[2]))
              def rounded_convolution_bias(SELF,
                  x: Tensor,
                  w: Tensor,
                  b: Tensor,
                  c: Tensor) -> Tensor:
                s = int(c[0])
                p = int(c[1])
                t = int(c[3])
                return torch.conv2d(torch.to(x, t), torch.to(w, t), torch.to(b, t), [s, s], [p, p], [1, 1], int(c[2]))
              def rounded_linear(SELF,
                  x: Tensor,
                  w: Tensor,
                  b: Tensor,
                  c: Tensor) -> Tensor:
                t = int(c[0])
                return torch.to(torch.linear(torch.to(x, t), torch.to(w, t), torch.to(b, t)), 6)
              def exact(SELF,
                  x: Tensor) -> Tensor:
                return torch.to(x, 6)
              def exact_means(SELF,
                  x: Tensor) -> Tensor:
                return torch.mean(x, [2, 3], dtype=6)
              def rounded_like(SELF,
                  x: Tensor,
                  y: Tensor) -> Tensor:
                return torch.to(x, y)
            """;

    /**
     * The optimizers walk over raw memory, and first make a copy of each gradient that does not lie row by row, which they never
     * read. So they are shown arrays with channels last as what they are in memory, N x H x W x C. They are returned, because
     * libtorch's compiler leaves out what changes nothing that it sees any more.
     */
    private static final String AS_THEY_LIE =
            """
              def as_they_lie(SELF,
                  w: List[Tensor],
                  x: List[Tensor]) -> List[Tensor]:
                r = annotate(List[Tensor], [])
                for i in range(torch.len(x)):
                  y = x[i]
                  strides = torch.stride(w[i])
                  if torch.eq(torch.len(strides), 4):
                    if torch.eq(strides[1], 1):
                      _0 = torch.append(r, torch.permute(y, [0, 2, 3, 1]))
                    else:
                      _1 = torch.append(r, y)
                  else:
                    _2 = torch.append(r, y)
                return r
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
                  eps: float) -> List[Tensor]:
                p = (self).as_they_lie(w, w, )
                torch._fused_%1$s_(p, (self).as_they_lie(w, g, ), (self).as_they_lie(w, m, ), (self).as_they_lie(w, v, ), annotate(List[Tensor], []), t, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
                return p
            """;

    private static final String ACTIVATIONS =
            """
              def relu_in_place(SELF,
                  x: Tensor) -> Tensor:
                return torch.relu_(x)
              def relu6(SELF,
                  x: Tensor) -> Tensor:
                return torch.hardtanh(x, 0., 6.)
              def relu6_in_place(SELF,
                  x: Tensor) -> Tensor:
                return torch.hardtanh_(x, 0., 6.)
              def silu(SELF,
                  x: Tensor) -> Tensor:
                return torch.silu(x)
            """;

    /** Means over a batch. Number 1 is libtorch's for a mean, 0 for no reduction. The smallest error's power stays finite in float32. */
    private static final String LOSSES =
            """
              def binary_cross_entropy(SELF,
                  z: Tensor,
                  y: Tensor,
                  w: Tensor) -> Tensor:
                return torch.binary_cross_entropy_with_logits(z, y, None, torch.to(w, z), 1)
              def cross_entropy(SELF,
                  z: Tensor,
                  y: Tensor,
                  w: Tensor,
                  c: Tensor) -> Tensor:
                return torch.cross_entropy_loss(z, torch.argmax(y, 1), torch.to(w, z), 1, -100, float(c[0]))
              def focal(SELF,
                  z: Tensor,
                  y: Tensor,
                  c: Tensor) -> Tensor:
                a = float(c[0])
                n = torch.rsub(y, 1)
                e = torch.add(torch.mul(torch.sigmoid(z), n), torch.mul(torch.sigmoid(torch.neg(z)), y))
                m = torch.pow(torch.clamp(e, float(c[2]), 1.), float(c[1]))
                l = torch.mul(torch.binary_cross_entropy_with_logits(z, y, None, None, 0), m)
                if torch.lt(a, 0.):
                  r = l
                else:
                  r = torch.mul(l, torch.add(torch.mul(y, a), torch.mul(n, torch.sub(1., a))))
                return torch.mean(r)
            """;

    private final TorchScriptModule module;
    private final NDArray toReluInPlace;
    private final NDArray toRelu6;
    private final NDArray toRelu6InPlace;
    private final NDArray toSilu;
    private final NDArray toBinaryCrossEntropy;
    private final NDArray toCrossEntropy;
    private final NDArray toFocal;
    private final NDArray toChannelsLast;
    private final NDArray toZerosLike;
    private final NDArray toLaidOutLike;
    private final NDArray toConvolution;
    private final NDArray toConvolutionWithBias;
    private final NDArray toLinear;
    private final NDArray toExact;
    private final NDArray toExactMeans;
    private final NDArray toRoundedLike;
    private final NDManager manager;
    private final Map<Geometry, NDArray> geometries = new ConcurrentHashMap<>();
    private final Map<Rounding, NDArray> roundings = new ConcurrentHashMap<>();

    private Kernels(TorchScriptModule module, NDManager manager) {
        this.module = module;
        this.toReluInPlace = method(manager, "relu_in_place");
        this.toRelu6 = method(manager, "relu6");
        this.toRelu6InPlace = method(manager, "relu6_in_place");
        this.toSilu = method(manager, "silu");
        this.toBinaryCrossEntropy = method(manager, "binary_cross_entropy");
        this.toCrossEntropy = method(manager, "cross_entropy");
        this.toFocal = method(manager, "focal");
        this.toChannelsLast = method(manager, "channels_last");
        this.toZerosLike = method(manager, "zeros_like");
        this.toLaidOutLike = method(manager, "laid_out_like");
        this.toConvolution = method(manager, "rounded_convolution");
        this.toConvolutionWithBias = method(manager, "rounded_convolution_bias");
        this.toLinear = method(manager, "rounded_linear");
        this.toExact = method(manager, "exact");
        this.toExactMeans = method(manager, "exact_means");
        this.toRoundedLike = method(manager, "rounded_like");
        this.manager = manager;
    }

    /** The kernels' text, as {@link TorchScriptArchive#of} takes it. */
    static String text() {
        return ARRAYS + ROUNDED + ACTIVATIONS + LOSSES + AS_THEY_LIE + STEP.formatted("adam") + STEP.formatted("adamw");
    }

    /**
     * Compiles the kernels.
     *
     * @param text of all methods
     * @param manager must outlive them
     * @throws RefusedArchiveException if libtorch does not know what they call
     */
    static Kernels load(String text, NDManager manager) {
        return new Kernels(TorchScriptModule.load(text, manager.getDevice()), manager);
    }

    /** DJL chooses a module's method by an array of that name among the inputs. */
    private static NDArray method(NDManager manager, String name) {
        NDArray tag = manager.create(0f);
        tag.setName("module_method:" + name);
        return tag;
    }

    /** A copy of an array N x C x H x W whose channels lie next to each other in memory; attached to the array's manager. */
    public NDArray channelsLast(NDArray array) {
        return call(toChannelsLast, array);
    }

    /** Zeros of an array's shape, type and memory format, which DJL's zerosLike does not keep; {@code manager} owns them. */
    @Override
    public NDArray zerosLike(NDArray array, NDManager manager) {
        NDArray zeros = call(toZerosLike, array);
        zeros.attach(manager);
        return zeros;
    }

    /** The values of one array in the memory format of another of equal shape; {@code manager} owns them. */
    @Override
    public NDArray laidOutLike(NDArray model, NDArray values, NDManager manager) {
        NDArray copy = call(toLaidOutLike, model, values);
        copy.attach(manager);
        return copy;
    }

    /** What factors and results are rounded to, by libtorch's numbers. */
    enum Rounding {
        BFLOAT16(15),
        FLOAT16(5);

        private final int number;

        Rounding(int number) {
            this.number = number;
        }
    }

    /** How a convolution walks over an image, and what it is computed in. */
    record Geometry(int stride, int padding, int groups, Rounding rounding) {}

    /**
     * A convolution of float32 or rounded arrays, whose factors and result are rounded; gradients pass through it. The result is not to be asked for its type: DJL does
     * not know them all.
     */
    NDArray roundedConvolution(NDArray input, NDArray weight, @Nullable NDArray bias, Geometry geometry) {
        NDArray numbers = geometries.computeIfAbsent(
                geometry,
                walk -> manager.create(
                        new float[] {walk.stride(), walk.padding(), walk.groups(), walk.rounding().number}));
        return bias == null
                ? call(toConvolution, input, weight, numbers)
                : call(toConvolutionWithBias, input, weight, bias, numbers);
    }

    /** A linear map of float32 arrays, whose factors and result are rounded; gradients pass through it. The result is float32 again. */
    NDArray roundedLinear(NDArray input, NDArray weight, NDArray bias, Rounding rounding) {
        NDArray number = roundings.computeIfAbsent(rounding, to -> manager.create(new float[] {to.number}));
        return call(toLinear, input, weight, bias, number);
    }

    /** The same numbers in float32; gradients pass through. */
    NDArray exact(NDArray array) {
        return call(toExact, array);
    }

    /** The means of feature maps N x C x H x W in float32, N x C; gradients pass through. */
    NDArray exactMeans(NDArray maps) {
        return call(toExactMeans, maps);
    }

    /** An array in another's type and rounded where need be; gradients pass through. */
    NDArray roundedLike(NDArray other, NDArray array) {
        return call(toRoundedLike, array, other);
    }

    @Override
    public NDArray reluInPlace(NDArray input) {
        return call(toReluInPlace, input);
    }

    @Override
    public NDArray relu6(NDArray input) {
        return call(toRelu6, input);
    }

    @Override
    public NDArray relu6InPlace(NDArray input) {
        return call(toRelu6InPlace, input);
    }

    @Override
    public NDArray silu(NDArray input) {
        return call(toSilu, input);
    }

    @Override
    public NDArray binaryCrossEntropy(NDArray logits, NDArray targets, List<Double> positiveWeights) {
        try (NDArray weights = numbers(logits, positiveWeights)) {
            return call(toBinaryCrossEntropy, logits, targets, weights);
        }
    }

    @Override
    public NDArray crossEntropy(NDArray logits, NDArray targets, List<Double> classWeights, double labelSmoothing) {
        try (NDArray weights = numbers(logits, classWeights);
                NDArray smoothing = numbers(logits, List.of(labelSmoothing))) {
            return call(toCrossEntropy, logits, targets, weights, smoothing);
        }
    }

    @Override
    public NDArray focal(NDArray logits, NDArray targets, double alpha, double gamma) {
        try (NDArray numbers = numbers(logits, List.of(alpha, gamma, LossArithmetic.SMALLEST_ERROR))) {
            return call(toFocal, logits, targets, numbers);
        }
    }

    /** In double, where the array is. */
    private static NDArray numbers(NDArray array, List<Double> values) {
        return array.getManager()
                .create(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private NDArray call(NDArray method, NDArray... arrays) {
        NDList arguments = new NDList(arrays.length + 1);
        for (NDArray array : arrays) {
            arguments.add(unnamed(array));
        }
        arguments.add(method);
        return asWritten(() -> IValueUtils.forward(block(), arguments, true).singletonOrThrow());
    }

    /**
     * Computes operation by operation. Otherwise libtorch watches the first calls and then differentiates the text itself, to other last
     * bits: a training that goes on in another process, where its first calls come later, would come to other weights. The switch is the
     * thread's.
     */
    private static <T> T asWritten(Supplier<T> computation) {
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return computation.get();
        } finally {
            JniUtils.setGraphExecutorOptimize(true);
        }
    }

    /** DJL makes arguments of one name a list, and dotted names a dictionary. */
    private static NDArray unnamed(NDArray array) {
        array.setName(null);
        return array;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the memory formats differ: libtorch walks raw memory and would train wrongly
     */
    @Override
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
                try (IValue different =
                        asWritten(() -> IValueUtils.runMethod(block(), "different_strides", w, other))) {
                    if (different.toLong() > 0) {
                        throw new IllegalStateException("weights, gradients and moments must lie alike in memory");
                    }
                }
            }
            String method = numbers.decoupled() ? "adamw" : "adam";
            asWritten(() -> IValueUtils.runMethod(block(), method, w, g, m, v, t, rate, b1, b2, decay, eps))
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
