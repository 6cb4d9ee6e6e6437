package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.foldwise.api.Images;
import org.foldwise.learning.imaging.ImageDefect;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class ImageIntakeTest {
    @TempDir
    private Path directory;

    private ImageIntake intake() {
        Path key = directory.resolve("pseudonym.key");
        UploadProperties properties = new UploadProperties(directory, key, DataSize.ofBytes(1), 1, 1, 1, List.of());
        return new ImageIntake(properties, Pseudonyms.open(key, new SecureRandom()));
    }

    /** A picture has no patient who could be found in the table, whatever it is called. */
    @Test
    void takesNothingButDicomWhereAllImagesAreToBe() {
        ImageIntake intake = intake();
        ImageDemands dicom = new ImageDemands(false, true, null);
        ImageDemands any = new ImageDemands(false, false, null);
        byte[] jpeg = Images.jpeg(1);

        for (String name : List.of("p1.dcm", "p1.jpg", "p1", "p1.MR")) {
            assertThatExceptionOfType(UnreadableImageException.class)
                    .isThrownBy(() -> intake.check(new EntryName(name), jpeg, dicom))
                    .extracting(UnreadableImageException::defect)
                    .isEqualTo(ImageDefect.UNSUPPORTED_FORMAT);
        }
        assertThat(intake.check(new EntryName("p1.png"), jpeg, any).mediaType()).isEqualTo("image/jpeg");
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> intake.check(new EntryName("p1.DCM"), jpeg, any))
                .withMessageContaining("give it the suffix of its format");
        assertThat(intake.check(new EntryName("p1.png"), Images.dicom(1, 8, 8), dicom)
                        .mediaType())
                .isEqualTo("application/dicom");
        intake.stop();
    }

    @Test
    void refusesAFileAtWhichItsReaderFails() {
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> ImageIntake.reading(() -> List.of().get(0)))
                .extracting(UnreadableImageException::defect)
                .isEqualTo(ImageDefect.CORRUPT);
    }
}
