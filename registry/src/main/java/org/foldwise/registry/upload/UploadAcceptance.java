package org.foldwise.registry.upload;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes an upload into a draft dataset, whole or not at all. The images' bytes are in the artifact store by then. */
@Component
public class UploadAcceptance {
    private final Uploads uploads;
    private final UploadedImages images;
    private final JdbcClient database;
    private final Ids ids;
    private final DatabaseClock clock;

    UploadAcceptance(Uploads uploads, UploadedImages images, JdbcClient database, Ids ids, DatabaseClock clock) {
        this.uploads = uploads;
        this.images = images;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Accepts a file and the images that it brought.
     *
     * @param name the file's name, for people
     * @param digest of the file's bytes
     * @throws UploadsClosedException if the dataset is not a draft
     * @throws ImageNamesTakenException if images have names that the dataset knows already, or that occur twice
     */
    @Transactional
    public Upload accept(
            UUID dataset, String name, String mediaType, long sizeBytes, Digest digest, List<UploadedImage> brought) {
        keepDraft(dataset);
        Upload upload = uploads.saveAndFlush(
                new Upload(ids.next(), dataset, name, mediaType, sizeBytes, digest, brought.size(), clock.now()));
        List<String> taken = images.insert(upload, brought);
        if (!taken.isEmpty()) {
            throw new ImageNamesTakenException(taken);
        }
        return upload;
    }

    /** Datasets are a later stage, so their state is read here as it stands in the table; the lock keeps it until the end. */
    private void keepDraft(UUID dataset) {
        boolean draft = database.sql("select state from dataset where id = ? for share")
                .param(dataset)
                .query(String.class)
                .optional()
                .filter("draft"::equals)
                .isPresent();
        if (!draft) {
            throw new UploadsClosedException(dataset);
        }
    }
}
