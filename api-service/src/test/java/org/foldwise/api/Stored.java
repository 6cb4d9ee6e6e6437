package org.foldwise.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everything the service has stored, to be compared before and after a refusal. */
@TestComponent
public final class Stored {
    private static final Path SERVICE = EmptyServiceDirectory.PATH;

    private final JdbcClient database;

    Stored(JdbcClient database) {
        this.database = database;
    }

    /** The number of rows of every table and of files in every directory. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        List<String> tables = database.sql("select tablename from pg_tables where schemaname = 'public' order by 1")
                .query(String.class)
                .list();
        for (String table : tables) {
            counts.put(
                    table,
                    database.sql("select count(*) from \"" + table + "\"")
                            .query(Long.class)
                            .single());
        }
        try (Stream<Path> files = Files.walk(SERVICE)) {
            counts.put("files", files.filter(Files::isRegularFile).count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }
}
