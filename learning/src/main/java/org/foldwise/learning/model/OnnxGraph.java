package org.foldwise.learning.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;
import java.util.List;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.network.InferenceGraph;
import org.foldwise.learning.network.Operation;
import org.foldwise.learning.network.Tensor;

/** An {@link InferenceGraph} in ONNX's words. Arrays are called {@code a1}, {@code a2} and so on, numbers after the array they make. */
final class OnnxGraph {
    static final String IMAGES = "images";
    static final String LOGITS = "logits";
    static final String PROBABILITIES = "probabilities";
    private static final String SCALED = "logits.scaled";
    private static final String BATCH = "N";

    private final InferenceGraph graph;
    private final GraphProto.Builder proto = GraphProto.newBuilder();

    private OnnxGraph(InferenceGraph graph) {
        this.graph = graph;
    }

    /**
     * The graph with the way from logits to probabilities.
     *
     * @param probabilities ONNX's name of the operation from logits to the network's probabilities
     * @param recalibration what becomes of these
     * @param outputs number of logits per image
     */
    static GraphProto of(
            InferenceGraph graph,
            String probabilities,
            Recalibration recalibration,
            int outputs,
            int height,
            int width) {
        return new OnnxGraph(graph).proto(probabilities, recalibration, outputs, height, width);
    }

    private GraphProto proto(String probabilities, Recalibration recalibration, int outputs, int height, int width) {
        proto.setName("classifier");
        proto.addInput(value(IMAGES, graph.inputChannels(), height, width));
        for (int array = 1; array <= graph.logits(); array++) {
            add(array, graph.maker(array));
        }
        addProbabilities(probabilities, recalibration);
        proto.addOutput(value(LOGITS, outputs)).addOutput(value(PROBABILITIES, outputs));
        return proto.build();
    }

    private void addProbabilities(String operator, Recalibration recalibration) {
        if (recalibration instanceof Recalibration.Temperature temperature) {
            add("Mul", SCALED, LOGITS, number(SCALED + ".factor", scalar((float) (1 / temperature.temperature()))));
            add(operator, PROBABILITIES, SCALED);
        } else if (recalibration instanceof Recalibration.Platt platt) {
            add("Mul", SCALED, LOGITS, number(SCALED + ".factor", scalar((float) -platt.a())));
            add("Add", SCALED + ".shifted", SCALED, number(SCALED + ".shift", scalar((float) -platt.b())));
            add(operator, PROBABILITIES, SCALED + ".shifted");
        } else if (recalibration instanceof Recalibration.Isotonic isotonic) {
            String own = PROBABILITIES + ".network";
            add(operator, own, LOGITS);
            addPolyline(own, isotonic.knots());
        } else {
            add(operator, PROBABILITIES, LOGITS);
        }
    }

    /** The first output, and for each piece between two knots its slope times how much of the piece lies below the input. */
    private void addPolyline(String input, List<Recalibration.Isotonic.Knot> knots) {
        int pieces = knots.size() - 1;
        float[] starts = new float[pieces];
        float[] widths = new float[pieces];
        float[] slopes = new float[pieces];
        for (int piece = 0; piece < pieces; piece++) {
            double width = knots.get(piece + 1).input() - knots.get(piece).input();
            starts[piece] = (float) knots.get(piece).input();
            widths[piece] = (float) width;
            slopes[piece] =
                    (float) ((knots.get(piece + 1).output() - knots.get(piece).output()) / width);
        }
        String first =
                number(PROBABILITIES + ".first", scalar((float) knots.get(0).output()));
        String zero = number(PROBABILITIES + ".zero", scalar(0));
        if (pieces == 0) {
            add("Mul", PROBABILITIES + ".nothing", input, zero);
            add("Add", PROBABILITIES, PROBABILITIES + ".nothing", first);
            return;
        }
        add("Sub", PROBABILITIES + ".beyond", input, number(PROBABILITIES + ".starts", row(starts)));
        add("Max", PROBABILITIES + ".above", PROBABILITIES + ".beyond", zero);
        add(
                "Min",
                PROBABILITIES + ".covered",
                PROBABILITIES + ".above",
                number(PROBABILITIES + ".widths", row(widths)));
        add(
                "MatMul",
                PROBABILITIES + ".risen",
                PROBABILITIES + ".covered",
                number(PROBABILITIES + ".slopes", column(slopes)));
        add("Add", PROBABILITIES, PROBABILITIES + ".risen", first);
    }

    private static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam(BATCH);
        for (long size : sizes) {
            shape.addDimBuilder().setDimValue(size);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    private String name(int array) {
        if (array == 0) {
            return IMAGES;
        }
        return array == graph.logits() ? LOGITS : "a" + array;
    }

    private void add(int array, Operation operation) {
        String output = name(array);
        if (operation instanceof Operation.Convolution convolution) {
            long padding = convolution.padding();
            add(
                    "Conv",
                    output,
                    name(convolution.input()),
                    number(output + ".weight", convolution.weight()),
                    number(output + ".bias", convolution.bias()),
                    integers("kernel_shape", convolution.kernel(), convolution.kernel()),
                    integers("strides", convolution.stride(), convolution.stride()),
                    integers("pads", padding, padding, padding, padding),
                    integer("group", convolution.groups()));
        } else if (operation instanceof Operation.ScaleShift map) {
            String scaled = output + ".scaled";
            add("Mul", scaled, name(map.input()), number(output + ".scale", perChannel(map.scale())));
            add("Add", output, scaled, number(output + ".shift", perChannel(map.shift())));
        } else if (operation instanceof Operation.Activation activation) {
            add(activation.function(), output, name(activation.input()));
        } else if (operation instanceof Operation.MaxPooling pooling) {
            long padding = pooling.padding();
            add(
                    "MaxPool",
                    output,
                    name(pooling.input()),
                    integers("kernel_shape", pooling.kernel(), pooling.kernel()),
                    integers("strides", pooling.stride(), pooling.stride()),
                    integers("pads", padding, padding, padding, padding));
        } else if (operation instanceof Operation.AveragePooling pooling) {
            add(
                    "AveragePool",
                    output,
                    name(pooling.input()),
                    integers("kernel_shape", pooling.kernel(), pooling.kernel()),
                    integers("strides", pooling.kernel(), pooling.kernel()));
        } else if (operation instanceof Operation.GlobalMean mean) {
            add("GlobalAveragePool", output, name(mean.input()));
        } else if (operation instanceof Operation.Flattening flattening) {
            add("Flatten", output, name(flattening.input()), integer("axis", 1));
        } else if (operation instanceof Operation.Sum sum) {
            add("Add", output, name(sum.left()), name(sum.right()));
        } else if (operation instanceof Operation.ChannelProduct product) {
            add("Mul", output, name(product.input()), name(product.factors()));
        } else if (operation instanceof Operation.Concatenation concatenation) {
            add("Concat", output, name(concatenation.first()), name(concatenation.second()), integer("axis", 1));
        } else if (operation instanceof Operation.Linear linear) {
            add(
                    "Gemm",
                    output,
                    name(linear.input()),
                    number(output + ".weight", linear.weight()),
                    number(output + ".bias", linear.bias()),
                    integer("transB", 1));
        } else {
            throw new IllegalStateException("ONNX has no word for " + operation);
        }
    }

    private void add(Operation.Function function, String output, String input) {
        switch (function) {
            case RELU -> add("Relu", output, input);
            case SIGMOID -> add("Sigmoid", output, input);
            case RELU6 ->
                add("Clip", output, input, number(output + ".min", scalar(0)), number(output + ".max", scalar(6)));
            case SILU -> {
                String gate = output + ".gate";
                add("Sigmoid", gate, input);
                add("Mul", output, input, gate);
            }
        }
    }

    /** @param parts names of inputs and {@link AttributeProto attributes}, in any order */
    private void add(String operator, String output, Object... parts) {
        NodeProto.Builder node = proto.addNodeBuilder().setOpType(operator).setName(output);
        for (Object part : parts) {
            if (part instanceof AttributeProto attribute) {
                node.addAttribute(attribute);
            } else {
                node.addInput((String) part);
            }
        }
        node.addOutput(output);
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** Adds numbers and returns their name. */
    private String number(String name, Tensor tensor) {
        proto.addInitializerBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(tensor.shape())
                // no copy: a tensor never changes
                .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        return name;
    }

    private static Tensor row(float[] values) {
        return Tensor.of(List.of(1L, (long) values.length), values);
    }

    private static Tensor column(float[] values) {
        return Tensor.of(List.of((long) values.length, 1L), values);
    }

    private static Tensor scalar(float value) {
        return Tensor.of(List.of(), new float[] {value});
    }

    /** C values as 1 x C x 1 x 1. */
    private static Tensor perChannel(Tensor values) {
        return Tensor.of(List.of(1L, (long) values.size(), 1L, 1L), values.floats());
    }
}
