package org.foldwise.learning.network;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** A compiled {@link TorchScriptArchive}. Its methods may be called by several threads at once. */
final class TorchScriptModule implements AutoCloseable {
    // held because its finalizer would release the module under the block
    private final Model model;

    private TorchScriptModule(Model model) {
        this.model = model;
    }

    /**
     * Compiles methods.
     *
     * @param methods as {@link TorchScriptArchive#of} takes them
     * @throws RefusedArchiveException if libtorch does not know what they call
     */
    static TorchScriptModule load(String methods, Device device) {
        Model model = Model.newInstance("kernels", device, "PyTorch");
        try {
            model.load(new ByteArrayInputStream(TorchScriptArchive.of(methods)), Map.of());
            return new TorchScriptModule(model);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new RefusedArchiveException(e);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    PtSymbolBlock block() {
        return (PtSymbolBlock) model.getBlock();
    }

    @Override
    public void close() {
        model.close();
    }
}
