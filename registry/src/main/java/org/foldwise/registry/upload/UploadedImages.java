package org.foldwise.registry.upload;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.foldwise.learning.dataset.FileNames;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.StoredDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The images that a dataset's uploads brought. */
@Component
public class UploadedImages {
    private static final int BATCH = 10_000;

    private final JdbcClient database;

    UploadedImages(JdbcClient database) {
        this.database = database;
    }

    /** All images of a dataset in the order of their names, by code point. */
    public List<UploadedImage> ofDataset(UUID dataset) {
        return database.sql("select * from upload_image where dataset_id = ? order by name collate \"C\"")
                .param(dataset)
                .query(UploadedImages::image)
                .list();
    }

    /** How many images a dataset has so far. */
    public int count(UUID dataset) {
        return database.sql("select count(*) from upload_image where dataset_id = ?")
                .param(dataset)
                .query(Integer.class)
                .single();
    }

    /** Whether a dataset has an image of that name, or of one that looks the same. */
    public boolean isTaken(UUID dataset, String name) {
        String key = FileNames.collisionKey(name);
        boolean taken = database.sql(
                        "select exists (select from upload_image where dataset_id = ? and collision_digest = ?)")
                .param(dataset)
                .param(Digest.of(key).hex())
                .query(Boolean.class)
                .single();
        return taken
                || database
                        .sql("select name from upload_image where dataset_id = ? and collision_digest is null")
                        .param(dataset)
                        .query(String.class)
                        .list()
                        .stream()
                        .anyMatch(older -> FileNames.collisionKey(older).equals(key));
    }

    /** Stores the images of an upload. Returns those names that were taken, in order; then nothing of the kind may be kept. */
    List<String> insert(Upload upload, List<UploadedImage> images) {
        Set<String> taken = new TreeSet<>();
        for (int from = 0; from < images.size(); from += BATCH) {
            List<UploadedImage> batch = images.subList(from, Math.min(from + BATCH, images.size()));
            Set<String> inserted = new HashSet<>(insertBatch(upload, batch));
            batch.stream()
                    .map(UploadedImage::name)
                    .filter(name -> !inserted.remove(name))
                    .forEach(taken::add);
        }
        return List.copyOf(taken);
    }

    private List<String> insertBatch(Upload upload, List<UploadedImage> images) {
        return database.sql(
                        """
                        insert into upload_image (dataset_id, upload_id, name, digest, size_bytes, media_type, width, height,
                            channels, bit_depth, metadata, collision_digest, frames)
                        select ?, ?, * from unnest(cast(? as text[]), cast(? as text[]), cast(? as bigint[]),
                            cast(? as text[]), cast(? as int[]), cast(? as int[]), cast(? as int[]), cast(? as int[]),
                            cast(? as jsonb[]), cast(? as text[]), cast(? as int[]))
                        on conflict do nothing
                        returning name
                        """)
                .param(upload.datasetId())
                .param(upload.id())
                .param(column(images, UploadedImage::name))
                .param(column(images, image -> image.content().hex()))
                .param(column(images, UploadedImage::sizeBytes))
                .param(column(images, UploadedImage::mediaType))
                .param(column(images, UploadedImage::width))
                .param(column(images, UploadedImage::height))
                .param(column(images, UploadedImage::channels))
                .param(column(images, UploadedImage::bitDepth))
                .param(column(images, image -> MetadataColumn.of(image.metadata())))
                .param(column(images, image -> Digest.of(FileNames.collisionKey(image.name()))
                        .hex()))
                .param(column(images, UploadedImage::frames))
                .query(String.class)
                .list();
    }

    private static @Nullable String[] column(
            List<UploadedImage> images, Function<UploadedImage, @Nullable Object> value) {
        @Nullable String[] column = new @Nullable String[images.size()];
        for (int i = 0; i < column.length; i++) {
            Object cell = value.apply(images.get(i));
            column[i] = cell == null ? null : cell.toString();
        }
        return column;
    }

    private static UploadedImage image(ResultSet row, int number) throws SQLException {
        return new UploadedImage(
                row.getString("name"),
                StoredDigest.of(row.getString("digest")),
                row.getLong("size_bytes"),
                row.getString("media_type"),
                row.getInt("width"),
                row.getInt("height"),
                row.getInt("channels"),
                row.getInt("bit_depth"),
                MetadataColumn.read(row.getString("metadata")),
                row.getInt("frames"));
    }
}
