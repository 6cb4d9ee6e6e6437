package org.foldwise.api.upload;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.StatedPatient;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.imaging.dicom.Confidential;
import org.foldwise.learning.imaging.dicom.DicomMetadata;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.upload.UploadedImage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decodes images to see whether they can be decoded, on a fixed number of threads that all uploads share. */
@Component
class ImageIntake {
    private static final Logger log = LoggerFactory.getLogger(ImageIntake.class);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final Pseudonyms pseudonyms;
    private final ExecutorService threads;
    private final int atOnce;

    ImageIntake(UploadProperties properties, Pseudonyms pseudonyms) {
        this.pseudonyms = pseudonyms;
        this.atOnce = properties.decodingThreads() + 1;
        this.threads = Executors.newFixedThreadPool(properties.decodingThreads(), task -> {
            Thread thread = new Thread(task, "upload-images");
            thread.setDaemon(true);
            return thread;
        });
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /** Work on one upload's images. */
    BoundedWork newWork() {
        return new BoundedWork(threads, atOnce);
    }

    /**
     * What the image is. Its content is what {@link #kept} keeps.
     *
     * @param demands of the dataset, which {@link ImageDemands#allow allow} the name
     * @throws UnreadableImageException if it does not decode to its last row, of each frame that the dataset takes, has more of those than
     *     a file may have, is not de-identified although it should be, or is no DICOM file although only those are taken or may be called as
     *     it is
     */
    UploadedImage check(EntryName name, byte[] content, ImageDemands demands) {
        if (demands.dicomOnly()) {
            ImageDecoder.requireDicom(content);
        } else if (!name.isCalledImage()) {
            ImageDecoder.requireDicomAsCalled(content);
        }
        return reading(() -> read(name, content, demands));
    }

    /**
     * Lets a reader look at a file. No file should make it fail but by a refusal; where one does, that file is refused, and what else came
     * with it is looked at all the same.
     */
    static <T> T reading(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (UnreadableImageException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("A reader of images failed", e);
            throw UnreadableImageException.ofFailedReader(e);
        }
    }

    private UploadedImage read(EntryName name, byte[] content, ImageDemands demands) {
        ImageHeader header = decoded(content, demands.frames());
        if (demands.deidentifiedOnly()) {
            decoder.requireDeidentified(content);
        }
        byte[] kept = kept(content);
        return new UploadedImage(
                name.value(),
                Digest.of(kept),
                kept.length,
                header.format().mediaType(),
                header.width(),
                header.height(),
                header.channels(),
                header.bitsPerSample(),
                decoder.dicomMetadata(content)
                        .map(dicom -> metadata(name, dicom))
                        .orElse(null),
                header.frames());
    }

    /** The header of a file whose frames that are taken can be decoded. */
    private ImageHeader decoded(byte[] content, @Nullable FrameSelection selection) {
        return selection == null
                ? decoder.decode(content).header()
                : decoder.requireFrames(content, FrameSelection.MOST_OF_A_FILE, selection::count, selection::of);
    }

    /** The file as it is kept: DICOM without what its header says of the patient, other formats as they are. */
    byte[] kept(byte[] content) {
        return decoder.stripped(content);
    }

    private ImageMetadata metadata(EntryName name, DicomMetadata dicom) {
        Confidential patient = dicom.patientKey();
        Confidential instance = dicom.instanceKey();
        return new ImageMetadata(
                patient == null ? null : pseudonyms.ofPatient(patient.reveal()),
                patient == null
                        ? null
                        : StatedPatient.of(
                                patient.reveal(),
                                instance == null ? null : instance.reveal(),
                                name.value(),
                                pseudonyms::ofPatient),
                instance == null ? null : pseudonyms.ofInstance(instance.reveal()),
                dicom.studyDate(),
                dicom.sex(),
                dicom.ageYears(),
                dicom.modality(),
                dicom.bodyPart(),
                dicom.viewPosition(),
                dicom.laterality(),
                dicom.manufacturer(),
                dicom.station(),
                dicom.rowSpacingMm(),
                dicom.columnSpacingMm(),
                dicom.burnedInAnnotation(),
                dicom.patientIdentityRemoved(),
                dicom.transferSyntax(),
                dicom.photometricInterpretation());
    }

    /** The images of one archive that passed, gathered from several threads. */
    static final class Passed {
        private final List<UploadedImage> images = new ArrayList<>();

        synchronized void add(UploadedImage image) {
            images.add(image);
        }

        synchronized List<UploadedImage> inOrder() {
            images.sort(Comparator.comparing(UploadedImage::name));
            return List.copyOf(images);
        }
    }
}
