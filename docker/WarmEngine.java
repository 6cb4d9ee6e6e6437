import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Makes DJL unpack PyTorch's native libraries into DJL_CACHE_DIR, and computes something with them. Run while an image is built. */
class WarmEngine {
    public static void main(String[] arguments) {
        Engine engine = Engine.getEngine("PyTorch");
        try (NDManager manager = engine.newBaseManager();
                NDArray ones = manager.ones(new Shape(2, 3))) {
            if (ones.sum().getFloat() != 6) {
                throw new IllegalStateException("PyTorch cannot add up");
            }
        }
        System.out.println(engine.getEngineName() + " " + engine.getVersion());
    }
}
