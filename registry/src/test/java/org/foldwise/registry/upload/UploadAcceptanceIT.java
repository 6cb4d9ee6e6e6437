package org.foldwise.registry.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class UploadAcceptanceIT {
    private static final UUID FIRST = new UUID(0, 0);

    private final UploadAcceptance acceptance;
    private final Uploads uploads;
    private final UploadedImages images;
    private final Story story;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    UploadAcceptanceIT(
            UploadAcceptance acceptance,
            Uploads uploads,
            UploadedImages images,
            Story story,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.acceptance = acceptance;
        this.uploads = uploads;
        this.images = images;
        this.story = story;
        this.database = database;
        this.transaction = transaction;
    }

    @Test
    void keepsWhatItTookIn() {
        Dataset draft = story.draft();
        UploadedImage b = image("b.png");
        UploadedImage a = new UploadedImage("a,'\"{}\\ü.png", Digest.of("a"), 77, "image/jpeg", 3, 4, 3, 16);

        Upload upload = accept(draft, List.of(b, a));

        assertThat(upload.images()).isEqualTo(2);
        assertThat(images.ofDataset(draft.id())).containsExactly(a, b);
        assertThat(images.count(draft.id())).isEqualTo(2);
        assertThat(uploads.findByDatasetIdAndIdGreaterThanOrderById(draft.id(), FIRST, Limit.of(10)))
                .singleElement()
                .satisfies(stored -> {
                    assertThat(stored.name()).isEqualTo("films.zip");
                    assertThat(stored.createdAt()).isEqualTo(upload.createdAt());
                });
    }

    @Test
    void takesMoreImagesThanOneBatchHolds() {
        Dataset draft = story.draft();
        List<UploadedImage> many = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            many.add(image("%05d.png".formatted(i)));
        }

        accept(draft, many);

        assertThat(images.ofDataset(draft.id())).isEqualTo(many);
    }

    /** Also such as only differ in case or Unicode form, of rows from before there was a digest too. */
    @Test
    void knowsWhichNamesAreTaken() {
        Dataset draft = story.draft();
        accept(draft, List.of(image("Ill/Müller.png"), image("old/Émile.png")));
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update upload_image set collision_digest = null where dataset_id = ? and name like 'old%'")
                    .param(draft.id())
                    .update();
        });

        for (String taken : List.of("Ill/Müller.png", "ill/MU\u0308LLER.PNG", "old/Émile.png", "old/e\u0301mile.png")) {
            assertThat(images.isTaken(draft.id(), taken)).as(taken).isTrue();
        }
        for (String free : List.of("Ill/Muller.png", "Muller.png", "old/Emile.png")) {
            assertThat(images.isTaken(draft.id(), free)).as(free).isFalse();
        }
        assertThat(images.isTaken(story.draft().id(), "Ill/Müller.png")).isFalse();
        assertThatThrownBy(() -> accept(draft, List.of(image("ILL/müller.png"))))
                .isInstanceOf(ImageNamesTakenException.class);
        UploadedImage long512 = image("\u0958".repeat(512));
        accept(draft, List.of(long512));
        assertThat(images.isTaken(draft.id(), long512.name())).isTrue();
    }

    @Test
    void refusesTakenNamesAllAtOnceAndKeepsNothingOfTheUpload() {
        Dataset draft = story.draft();
        accept(draft, List.of(image("a.png"), image("b.png"), image("c.png")));

        assertThatThrownBy(() -> accept(draft, List.of(image("c.png"), image("d.png"), image("a.png"))))
                .isInstanceOfSatisfying(ImageNamesTakenException.class, refusal -> assertThat(refusal.names())
                        .containsExactly("a.png", "c.png"));

        assertThat(images.count(draft.id())).isEqualTo(3);
        assertThat(uploadsOf(draft)).isOne();
    }

    @Test
    void refusesOneNameTwiceWithinAnUpload() {
        Dataset draft = story.draft();

        assertThatThrownBy(() -> accept(draft, List.of(image("a.png"), image("a.png"))))
                .isInstanceOfSatisfying(ImageNamesTakenException.class, refusal -> assertThat(refusal.names())
                        .containsExactly("a.png"));

        assertThat(uploadsOf(draft)).isZero();
    }

    @Test
    void refusesUploadsIntoADatasetThatIsNoDraft() {
        for (Dataset closed : List.of(story.freezing(), story.frozen())) {
            assertThatThrownBy(() -> accept(closed, List.of(image("late.png"))))
                    .isInstanceOf(UploadsClosedException.class);
            assertThat(uploadsOf(closed)).isOne();
        }
    }

    @Test
    void refusesUploadsIntoADatasetThatDoesNotExist() {
        assertThatThrownBy(() -> acceptance.accept(
                        new UUID(9, 9), "films.zip", "application/zip", 1, Digest.of("films"), List.of()))
                .isInstanceOf(UploadsClosedException.class);
    }

    private Upload accept(Dataset dataset, List<UploadedImage> brought) {
        return acceptance.accept(dataset.id(), "films.zip", "application/zip", 1, Digest.of("films"), brought);
    }

    private int uploadsOf(Dataset dataset) {
        return database.sql("select count(*) from upload where dataset_id = ?")
                .param(dataset.id())
                .query(Integer.class)
                .single();
    }

    private static UploadedImage image(String name) {
        return new UploadedImage(name, Digest.of(name), 1000, "image/png", 640, 480, 1, 8);
    }
}
