package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.foldwise.client.AugmentationAuditsApi;
import org.foldwise.client.model.Augmentation;
import org.foldwise.client.model.AugmentationAudit;
import org.foldwise.client.model.AugmentationAuditRequest;
import org.foldwise.client.model.AugmentationFinding;
import org.foldwise.client.model.AugmentationFindingCode;
import org.foldwise.client.model.CutoutAugmentation;
import org.foldwise.client.model.InquiryState;
import org.foldwise.client.model.RotationAugmentation;
import org.foldwise.client.model.Split;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;

/** An augmentation audit through the generated client and a real worker. */
final class AuditJourney {
    private static final int SIZE = 32;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final StandaloneProcess platform;
    private final AugmentationAuditsApi audits;

    AuditJourney(StandaloneProcess platform) throws IOException {
        this.platform = platform;
        this.audits = new AugmentationAuditsApi(platform.client().generated());
    }

    /** @param run a training on the split's development fold, of the plan but for its augmentations */
    void isTold(Split split, UUID run) throws IOException, InterruptedException {
        UUID id = audits.startAugmentationAudit(
                        split.getId(),
                        new AugmentationAuditRequest()
                                .runId(run)
                                .plan(Story.plan(new Story.Scale(2, SIZE, 1, 8))
                                        .augmentation(List.of(
                                                new Augmentation(new RotationAugmentation()),
                                                new Augmentation(new CutoutAugmentation()
                                                        .count(16)
                                                        .share(0.5)
                                                        .probability(1.0))))),
                        null)
                .getId();
        platform.await(LIMIT, "the audit has succeeded", () -> {
            AugmentationAudit audit = audits.getAugmentationAudit(id);
            assertThat(audit.getFailure()).isNull();
            return audit.getState() == InquiryState.SUCCEEDED;
        });

        AugmentationAudit audit = audits.getAugmentationAudit(id);
        assertThat(audit.getReport().getSteps()).hasSize(2);
        assertThat(audit.getReport().getFindings())
                .extracting(AugmentationFinding::getCode)
                .contains(AugmentationFindingCode.LESIONS_LOST);
        assertThat(audit.getRunId()).isEqualTo(run);
        assertThat(audit.getReport().getRetest()).isNotNull();
        assertThat(audit.getReport().getSteps())
                .allSatisfy(step -> assertThat(step.getFlips().getValue()).isBetween(0.0, 1.0));
        File sheet = audits.getContactSheet(id);
        assertThat(new ImageDecoder(ImageLimits.DEFAULT)
                        .decode(Files.readAllBytes(sheet.toPath()))
                        .pixels()
                        .height())
                .isEqualTo(3 + audit.getReport().getSheet().size() * (SIZE + 3) + 12);
    }
}
