package org.foldwise.registry.dataset;

import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientKeyDoubt;
import org.foldwise.learning.dataset.PatientKeys;
import org.foldwise.learning.dataset.StatedPatient;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.upload.MetadataColumn;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The images of datasets. */
@Component
public class DatasetImages {
    private static final int BATCH = 10_000;

    private final JdbcClient database;
    private final Ids ids;

    DatasetImages(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /**
     * The cohort of a dataset that is frozen or about to be. Of one that patients were withdrawn from it is what is left.
     *
     * @throws IllegalStateException if the dataset is a draft
     * @throws DatasetTamperedException if it was frozen and its rows are no cohort, or another than the one that was frozen
     */
    public Cohort cohort(Dataset dataset) {
        List<String> classes = dataset.classes();
        if (classes == null) {
            throw new IllegalStateException(dataset + " is a draft and has no cohort");
        }
        Cohort cohort = read(dataset, () -> {
            List<ImageRecord> images = database.sql("select * from dataset_image where dataset_id = ?")
                    .param(dataset.id())
                    .query((row, number) -> imageRecord(row))
                    .list();
            DatasetDescription description = dataset.description();
            return new Cohort(description.task(), classes, description.patientLabelRule(), images);
        });
        if (dataset.wasFrozen() && !isWithdrawnFrom(dataset)) {
            dataset.requireCohort(cohort.digest());
        }
        return cohort;
    }

    /** As {@link StoredRows#read}. Rows that contradict what they are to be may be those that a withdrawal has left since the dataset was read. */
    private <T> T read(Dataset dataset, Supplier<T> reading) {
        try {
            return StoredRows.read(dataset, reading);
        } catch (DatasetTamperedException e) {
            int withdrawals = withdrawals(dataset.id());
            throw withdrawals > dataset.withdrawals() ? new DataWithdrawnException(dataset, withdrawals) : e;
        }
    }

    /** How often patients were withdrawn from a dataset, at this moment in the database, whatever was read of it before. */
    public int withdrawals(UUID dataset) {
        return database.sql("select count(*) from withdrawal_dataset where dataset_id = ?")
                .param(dataset)
                .query(Integer.class)
                .single();
    }

    /**
     * Whether withdrawals have taken images out of a dataset, since it was read perhaps, so that what is left has another digest.
     *
     * @throws DatasetTamperedException if they say so and other images are gone than they counted
     */
    private boolean isWithdrawnFrom(Dataset dataset) {
        return database.sql(
                        """
                        select coalesce(sum(images), 0) as withdrawn, case when count(*) > 0
                            then (select count(*) from dataset_image where dataset_id = :dataset) else 0 end as left_over
                        from withdrawal_dataset where dataset_id = :dataset
                        """)
                .param("dataset", dataset.id())
                .query((row, number) -> isAccountedFor(dataset, row.getInt("withdrawn"), row.getInt("left_over")))
                .single();
    }

    private static boolean isAccountedFor(Dataset dataset, int withdrawn, int left) {
        if (withdrawn > 0 && dataset.imageCount() != withdrawn + left) {
            throw new DatasetTamperedException(dataset, "its images are not those that withdrawals have left");
        }
        return withdrawn > 0;
    }

    public Optional<DatasetImage> find(UUID id) {
        return database.sql("select * from dataset_image where id = ?")
                .param(id)
                .query(DatasetImages::image)
                .optional();
    }

    /** The ids of a dataset's images of those names, by name; names that it does not have are left out. */
    public Map<String, UUID> ids(UUID dataset, Collection<String> names) {
        Map<String, UUID> found = new HashMap<>();
        database.sql("select name, id from dataset_image where dataset_id = ? and name = any(cast(? as text[]))")
                .param(dataset)
                .param(names.toArray(String[]::new))
                .query(row -> {
                    found.put(row.getString("name"), row.getObject("id", UUID.class));
                });
        return found;
    }

    /**
     * Images of a dataset with higher ids than {@code after}, in the order of their ids.
     *
     * @param label only images with that label, where given
     * @param patient only images of that patient, where given
     * @param duplicateGroup only copies of that picture, where given
     * @param file only images that came in that file, where given
     */
    public List<DatasetImage> page(
            UUID dataset,
            @Nullable String label,
            @Nullable String patient,
            @Nullable Integer duplicateGroup,
            @Nullable String file,
            UUID after,
            int limit) {
        return database.sql(
                        """
                        select * from dataset_image
                        where dataset_id = :dataset and id > :after
                            and (cast(:label as text) is null or labels @> array[cast(:label as text)])
                            and (cast(:patient as text) is null or patient = :patient)
                            and (cast(:duplicateGroup as int) is null or duplicate_group = :duplicateGroup)
                            and (cast(:file as text) is null or file = :file)
                        order by id limit :limit
                        """)
                .param("dataset", dataset)
                .param("after", after)
                .param("label", label)
                .param("patient", patient)
                .param("duplicateGroup", duplicateGroup)
                .param("file", file)
                .param("limit", limit)
                .query(DatasetImages::image)
                .list();
    }

    /**
     * The patients of {@code other} who are in {@code dataset} too: under the same id, or under any id with files of the same Patient ID. One that all files of a
     * dataset share which have one, although they are of several patients, means nobody.
     */
    public SortedSet<PatientId> sharedPatients(UUID dataset, UUID other) {
        SortedSet<PatientId> shared = new TreeSet<>(
                shared("patient", dataset, other).stream().map(PatientId::new).toList());
        shared.addAll(database
                .sql(
                        """
                        with said as (
                            select distinct dataset_id, metadata ->> 'patient' as patient_key, patient from dataset_image
                            where dataset_id in (:dataset, :other) and metadata ->> 'patient' is not null),
                        meant as (
                            select dataset_id from said group by dataset_id
                            having count(distinct patient_key) > 1 or count(distinct patient) = 1)
                        select distinct there.patient from said here
                        join said there on there.patient_key = here.patient_key
                        where here.dataset_id = :dataset and there.dataset_id = :other
                            and (select count(*) from meant) = 2
                        """)
                .param("dataset", dataset)
                .param("other", other)
                .query(String.class)
                .list()
                .stream()
                .map(PatientId::new)
                .toList());
        return shared;
    }

    /** The contents that occur in both datasets, byte for byte. */
    public SortedSet<Digest> sharedContents(UUID dataset, UUID other) {
        return new TreeSet<>(
                shared("digest", dataset, other).stream().map(StoredDigest::of).toList());
    }

    private List<String> shared(String column, UUID dataset, UUID other) {
        return database.sql("select " + column + " from dataset_image where dataset_id = ? intersect select " + column
                        + " from dataset_image where dataset_id = ?")
                .param(dataset)
                .param(other)
                .query(String.class)
                .list();
    }

    /** Stores a cohort's images; sizes and shapes are those found on upload. */
    void insert(UUID dataset, Cohort cohort) {
        List<ImageRecord> images = cohort.images();
        int inserted = 0;
        for (int from = 0; from < images.size(); from += BATCH) {
            inserted += insertBatch(dataset, images.subList(from, Math.min(from + BATCH, images.size())));
        }
        if (inserted != images.size()) {
            throw new IllegalArgumentException(
                    (images.size() - inserted) + " images of the cohort were never uploaded");
        }
    }

    private int insertBatch(UUID dataset, List<ImageRecord> images) {
        return database.sql(
                        """
                        insert into dataset_image (id, dataset_id, name, file, frame, digest, patient, labels, acquired_on, site,
                            width, height, channels, bit_depth, size_bytes, metadata)
                        select i.id, u.dataset_id, i.name, u.name, i.frame, u.digest, i.patient, cast(i.labels as text[]),
                            i.acquired_on, i.site, u.width, u.height, u.channels, u.bit_depth, u.size_bytes, u.metadata
                        from unnest(cast(? as uuid[]), cast(? as text[]), cast(? as text[]), cast(? as int[]), cast(? as text[]),
                                cast(? as text[]), cast(? as text[]), cast(? as date[]), cast(? as text[]))
                            as i (id, name, file, frame, digest, patient, labels, acquired_on, site)
                        join upload_image u on u.dataset_id = ? and u.name = i.file and u.digest = i.digest
                        """)
                .param(column(images, image -> ids.next()))
                .param(column(images, ImageRecord::name))
                .param(column(images, ImageRecord::file))
                .param(column(images, ImageRecord::frame))
                .param(column(images, ImageRecord::content))
                .param(column(images, ImageRecord::patient))
                .param(column(images, image -> array(image.labels())))
                .param(column(images, ImageRecord::acquiredOn))
                .param(column(images, ImageRecord::site))
                .param(dataset)
                .update();
    }

    /**
     * The images of a frozen dataset that are copies of each other, as they were found when it was frozen.
     *
     * @throws DatasetTamperedException if they are others than those
     */
    public DuplicateGroups duplicateGroups(Dataset dataset) {
        DuplicateGroups groups = read(dataset, () -> storedGroups(dataset.id()));
        if (!isWithdrawnFrom(dataset)) {
            dataset.requireDuplicates(groups.digest());
        }
        return groups;
    }

    /**
     * Returns if the images of a frozen dataset that are copies of each other are those that were found when it was frozen. Where withdrawals
     * have taken images away, nothing says which they were.
     *
     * @throws DatasetTamperedException if they are others
     */
    public void requireDuplicatesAsFrozen(Dataset dataset) {
        if (!isWithdrawnFrom(dataset)) {
            duplicateGroups(dataset);
        }
    }

    /** The copies as the rows of a dataset say it. */
    DuplicateGroups storedGroups(UUID dataset) {
        Map<String, Integer> numbers = new HashMap<>();
        database.sql(
                        "select name, duplicate_group from dataset_image where dataset_id = ? and duplicate_group is not null")
                .param(dataset)
                .query(row -> {
                    numbers.put(row.getString("name"), row.getInt("duplicate_group"));
                });
        return DuplicateGroups.ofNumbers(numbers);
    }

    /**
     * The copies of pictures of a dataset with higher numbers than {@code after}, in the order of their numbers. Where withdrawals have left
     * one image of a picture, it is no copy any more.
     *
     * @param after -1 for the first
     * @param mostImages how many images of a picture are read, in the order of their names
     */
    public List<Copies> copies(UUID dataset, int after, int limit, int mostImages) {
        SortedMap<Integer, List<DatasetImage>> images = new TreeMap<>();
        SortedMap<Integer, Copies.Extent> extents = new TreeMap<>();
        database.sql(
                        """
                        with numbered as (
                            select duplicate_group, count(*) as images, count(distinct patient) as patients,
                                count(distinct (digest, frame)) as contents
                            from dataset_image where dataset_id = :dataset and duplicate_group > :after
                            group by duplicate_group having count(*) > 1
                            order by duplicate_group limit :limit),
                        ranked as (
                            select i.*, row_number() over (partition by i.duplicate_group order by i.name collate "C") as place
                            from dataset_image i join numbered n on n.duplicate_group = i.duplicate_group
                            where i.dataset_id = :dataset)
                        select r.*, n.images as images_in_all, n.patients as patients_in_all, n.contents as contents_in_all
                        from ranked r join numbered n on n.duplicate_group = r.duplicate_group
                        where r.place <= :mostImages order by r.duplicate_group, r.place
                        """)
                .param("dataset", dataset)
                .param("after", after)
                .param("limit", limit)
                .param("mostImages", mostImages)
                .query(row -> {
                    int number = row.getInt("duplicate_group");
                    images.computeIfAbsent(number, first -> new ArrayList<>()).add(image(row, 0));
                    extents.put(
                            number,
                            new Copies.Extent(
                                    row.getInt("images_in_all"),
                                    row.getInt("patients_in_all"),
                                    row.getInt("contents_in_all") == 1));
                });
        return images.entrySet().stream()
                .map(entry -> new Copies(
                        entry.getKey(), requireNonNull(extents.get(entry.getKey())), List.copyOf(entry.getValue())))
                .toList();
    }

    /** Whose the files of a dataset say that they are. */
    public PatientKeys patientKeys(UUID dataset) {
        SortedMap<String, String> keys = new TreeMap<>();
        Map<String, StatedPatient> stated = new HashMap<>();
        database.sql(
                        """
                        select name, metadata ->> 'patient' as patient_key, metadata -> 'statedPatient' ->> 'doubt' as doubt,
                            metadata -> 'statedPatient' ->> 'spelling' as spelling, metadata -> 'statedPatient' ->> 'variant' as variant
                        from dataset_image where dataset_id = ? and metadata ->> 'patient' is not null
                        """)
                .param(dataset)
                .query(row -> {
                    keys.put(row.getString("name"), row.getString("patient_key"));
                    String spelling = row.getString("spelling");
                    if (spelling != null) {
                        String doubt = row.getString("doubt");
                        stated.put(
                                row.getString("name"),
                                new StatedPatient(
                                        doubt == null ? null : PatientKeyDoubt.valueOf(doubt),
                                        spelling,
                                        row.getString("variant")));
                    }
                });
        return new PatientKeys(keys, stated);
    }

    /** The sizes of a dataset's files in bytes, by the images' names. */
    public Map<String, Long> fileSizes(UUID dataset) {
        Map<String, Long> sizes = new HashMap<>();
        database.sql("select name, size_bytes from dataset_image where dataset_id = ?")
                .param(dataset)
                .query(row -> {
                    sizes.put(row.getString("name"), row.getLong("size_bytes"));
                });
        return sizes;
    }

    /**
     * How many of a dataset's images come of files of other media types, or have another number of channels.
     *
     * @param mediaTypes as they were found on upload
     */
    public int countOthers(UUID dataset, Set<String> mediaTypes, int channels) {
        return database.sql(
                        """
                        select count(*) from dataset_image i
                        join upload_image u on u.dataset_id = i.dataset_id and u.name = i.file
                        where i.dataset_id = ? and (i.channels <> ? or u.media_type <> all(cast(? as text[])))
                        """)
                .param(dataset)
                .param(channels)
                .param(mediaTypes.toArray(String[]::new))
                .query(Integer.class)
                .single();
    }

    /** How many files of that media type a dataset's images come of. */
    public int count(UUID dataset, String mediaType) {
        return database.sql(
                        """
                        select count(distinct i.file) from dataset_image i
                        join upload_image u on u.dataset_id = i.dataset_id and u.name = i.file
                        where i.dataset_id = ? and u.media_type = ?
                        """)
                .param(dataset)
                .param(mediaType)
                .query(Integer.class)
                .single();
    }

    /**
     * From which year to which images were acquired.
     *
     * @param images of which the day is known, one or more
     */
    public record AcquisitionYears(int first, int last, int images) {}

    /** The years of a dataset's images; empty where no day is known. */
    public Optional<AcquisitionYears> acquisitionYears(UUID dataset) {
        return database.sql(
                        """
                        select extract(year from min(acquired_on))::int as first, extract(year from max(acquired_on))::int as last,
                            count(acquired_on) as images
                        from dataset_image where dataset_id = ? having count(acquired_on) > 0
                        """)
                .param(dataset)
                .query((row, number) ->
                        new AcquisitionYears(row.getInt("first"), row.getInt("last"), row.getInt("images")))
                .optional();
    }

    /** What the files of a dataset say of themselves, by the images' names; only those that say anything. */
    public Map<String, ImageMetadata> metadata(UUID dataset) {
        Map<String, ImageMetadata> metadata = new HashMap<>();
        database.sql("select name, metadata from dataset_image where dataset_id = ? and metadata is not null")
                .param(dataset)
                .query(row -> {
                    metadata.put(row.getString("name"), requireNonNull(MetadataColumn.read(row.getString("metadata"))));
                });
        return metadata;
    }

    /** What is kept of those of a dataset's images that were measured; no patient and no label. */
    public List<KeptImage> kept(UUID dataset) {
        return database.sql(
                        """
                        select i.name, i.width, i.height, i.channels, i.bit_depth, i.size_bytes,
                            coalesce(u.media_type, '') as media_type, m.*
                        from dataset_image i
                        join image_measures m on m.image_id = i.id
                        left join upload_image u on u.dataset_id = i.dataset_id and u.name = i.file
                        where i.dataset_id = ?
                        """)
                .param(dataset)
                .query((row, number) -> new KeptImage(
                        new MeasuredImage(
                                row.getString("name"),
                                row.getFloat("mean"),
                                row.getFloat("deviation"),
                                row.getFloat("entropy"),
                                row.getFloat("sharpness"),
                                row.getFloat("black_share"),
                                row.getFloat("white_share"),
                                row.getFloat("border"),
                                row.getLong("picture_hash")),
                        row.getInt("width"),
                        row.getInt("height"),
                        row.getInt("channels"),
                        row.getInt("bit_depth"),
                        row.getLong("size_bytes"),
                        row.getString("media_type")))
                .list();
    }

    /** Stores what was seen on the images of a dataset that is being frozen. */
    void store(UUID dataset, ExaminedImages examined) {
        List<Map.Entry<String, Integer>> numbers =
                List.copyOf(examined.duplicates().numberByImage().entrySet());
        List<MeasuredImage> measures = examined.measures();
        int stored = 0;
        for (int from = 0; from < numbers.size(); from += BATCH) {
            stored += storeGroups(dataset, numbers.subList(from, Math.min(from + BATCH, numbers.size())));
        }
        for (int from = 0; from < measures.size(); from += BATCH) {
            stored += storeMeasures(dataset, measures.subList(from, Math.min(from + BATCH, measures.size())));
        }
        if (stored != numbers.size() + measures.size()) {
            throw new IllegalArgumentException("duplicates or measures are of images that the dataset lacks");
        }
    }

    private int storeGroups(UUID dataset, List<Map.Entry<String, Integer>> numbers) {
        return database.sql(
                        """
                        update dataset_image i set duplicate_group = g.number
                        from unnest(cast(? as text[]), cast(? as int[])) as g (name, number)
                        where i.dataset_id = ? and i.name = g.name
                        """)
                .param(column(numbers, Map.Entry::getKey))
                .param(column(numbers, Map.Entry::getValue))
                .param(dataset)
                .update();
    }

    private int storeMeasures(UUID dataset, List<MeasuredImage> measures) {
        return database.sql(
                        """
                        insert into image_measures (image_id, mean, deviation, entropy, sharpness, black_share, white_share,
                            border, picture_hash)
                        select i.id, m.mean, m.deviation, m.entropy, m.sharpness, m.black_share, m.white_share, m.border,
                            m.picture_hash
                        from unnest(cast(? as text[]), cast(? as real[]), cast(? as real[]), cast(? as real[]),
                                cast(? as real[]), cast(? as real[]), cast(? as real[]), cast(? as real[]),
                                cast(? as bigint[]))
                            as m (name, mean, deviation, entropy, sharpness, black_share, white_share, border,
                                picture_hash)
                        join dataset_image i on i.dataset_id = ? and i.name = m.name
                        """)
                .param(column(measures, MeasuredImage::name))
                .param(column(measures, image -> (float) image.mean()))
                .param(column(measures, image -> (float) image.deviation()))
                .param(column(measures, image -> (float) image.entropy()))
                .param(column(measures, image -> (float) image.sharpness()))
                .param(column(measures, image -> (float) image.blackShare()))
                .param(column(measures, image -> (float) image.whiteShare()))
                .param(column(measures, image -> (float) image.border()))
                .param(column(measures, MeasuredImage::pictureHash))
                .param(dataset)
                .update();
    }

    /** Removes the images of a dataset that goes back to being a draft. */
    void delete(UUID dataset) {
        database.sql("delete from dataset_image where dataset_id = ?")
                .param(dataset)
                .update();
    }

    private static <T> @Nullable String[] column(List<T> rows, Function<T, @Nullable Object> value) {
        @Nullable String[] column = new @Nullable String[rows.size()];
        for (int i = 0; i < column.length; i++) {
            Object cell = value.apply(rows.get(i));
            column[i] = cell == null ? null : cell.toString();
        }
        return column;
    }

    private static DatasetImage image(ResultSet row, int number) throws SQLException {
        ImageRecord image = imageRecord(row);
        return stored(
                row,
                () -> new DatasetImage(
                        row.getObject("id", UUID.class),
                        row.getObject("dataset_id", UUID.class),
                        image,
                        row.getInt("width"),
                        row.getInt("height"),
                        row.getInt("channels"),
                        row.getInt("bit_depth"),
                        row.getLong("size_bytes"),
                        MetadataColumn.read(row.getString("metadata")),
                        row.getObject("duplicate_group", Integer.class)));
    }

    private interface RowReading<T> {
        T read() throws SQLException;
    }

    /** Without what is wrong with it, which would say the name of a file. */
    private static <T> T stored(ResultSet row, RowReading<T> reading) throws SQLException {
        try {
            return reading.read();
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new RecordTamperedException(
                    "Image " + row.getObject("id", UUID.class), "its row is that of no image");
        }
    }

    /** A list as PostgreSQL reads an array. */
    private static String array(List<String> elements) {
        return elements.stream()
                .map(element -> "\"" + element.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static List<String> labels(ResultSet row) throws SQLException {
        return List.of((String[]) row.getArray("labels").getArray());
    }

    private static ImageRecord imageRecord(ResultSet row) throws SQLException {
        return stored(
                row,
                () -> new ImageRecord(
                        row.getString("name"),
                        StoredDigest.of(row.getString("digest")),
                        new PatientId(row.getString("patient")),
                        labels(row),
                        row.getObject("acquired_on", LocalDate.class),
                        row.getString("site"),
                        row.getObject("frame", Integer.class)));
    }
}
