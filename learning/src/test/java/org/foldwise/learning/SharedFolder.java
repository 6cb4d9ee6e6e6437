package org.foldwise.learning;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * A folder beside the project that tests read, and that not every machine has. A test that asks for what is missing is skipped and says
 * so; it fails where somebody has named another folder by the property, since a slip of the pen would skip it unseen.
 */
public enum SharedFolder {
    /** Golden vectors. */
    REFERENCE("foldwise.reference.dir", "../shared/reference"),
    /** Real images. */
    DATA("foldwise.data.dir", "../shared/data");

    private final String property;
    private final String usual;

    SharedFolder(String property, String usual) {
        this.property = property;
        this.usual = usual;
    }

    /** The folder, whether it is there or not. */
    public Path path() {
        return Path.of(System.getProperty("foldwise.root", ".."))
                .resolve(System.getProperty(property, usual))
                .normalize();
    }

    /** A file or folder of that name in it, which is there. */
    public Path require(String name) {
        Path path = path().resolve(name);
        if (Files.isReadable(path)) {
            return path;
        }
        if (!usual.equals(System.getProperty(property, usual))) {
            throw new AssertionError("there is no " + path + ", and -D" + property + " says that there is");
        }
        String reason = "skipped: there is no " + path + " (" + property + ")";
        System.out.println(reason);
        return Assumptions.abort(reason);
    }
}
