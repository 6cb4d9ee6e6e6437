package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.foldwise.client.ExplanationChecksApi;
import org.foldwise.client.model.Estimate;
import org.foldwise.client.model.ExplanationCheck;
import org.foldwise.client.model.ExplanationCheckRequest;
import org.foldwise.client.model.ExplanationReport;
import org.foldwise.client.model.ExplanationReportMapFigure;
import org.foldwise.client.model.ExplanationReportRedrawn;
import org.foldwise.client.model.HeatRegion;
import org.foldwise.client.model.InquiryState;

/** Checks of an evaluation's explanations, through the generated client and a real worker with the networks that answered. */
final class ExplanationJourney {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int IMAGES = 6;

    private final StandaloneProcess platform;
    private final ExplanationChecksApi checks;

    ExplanationJourney(StandaloneProcess platform) throws IOException {
        this.platform = platform;
        this.checks = new ExplanationChecksApi(platform.client().generated());
    }

    /** Asks for a check with a rectangle that is all of the input, and looks whether its figures make sense. */
    ExplanationReport soundOf(UUID evaluation) throws Exception {
        UUID id = checks.startExplanationCheck(
                        evaluation,
                        new ExplanationCheckRequest()
                                .images(IMAGES)
                                .region(new HeatRegion()
                                        .left(0.0)
                                        .top(0.0)
                                        .right(1.0)
                                        .bottom(1.0)),
                        null)
                .getId();
        platform.await(LIMIT, "explanations are checked", () -> {
            ExplanationCheck check = checks.getExplanationCheck(id);
            assertThat(check.getFailure()).isNull();
            return check.getState() == InquiryState.SUCCEEDED;
        });
        ExplanationReport report = checks.getExplanationCheck(id).getReport();
        assertThat(report.getImages()).isBetween(2, IMAGES);
        assertThat(report.getExplained()).isNotEmpty();
        int seen = report.getImages() - report.getBlankMaps();
        ExplanationReportMapFigure border = report.getInBorder().getShare();
        assertThat(border.getImages()).isEqualTo(seen);
        if (seen > 0) {
            assertThat(border.getBaseline().getValue()).isEqualTo(0.36, within(1e-12));
            assertThat(report.getInRegion().getMean().getValue()).isEqualTo(1, within(1e-12));
            for (ExplanationReportMapFigure figure : List.of(border, report.getDeletion(), report.getInsertion())) {
                assertThat(figure.getMean().getValue()).isBetween(0.0, 1.0);
                assertThat(figure.getDifference().getValue())
                        .isEqualTo(
                                figure.getMean().getValue()
                                        - figure.getBaseline().getValue(),
                                within(1e-9));
            }
        }
        assertThat(report.getRedrawn()).hasSize(2);
        for (ExplanationReportRedrawn redrawn : report.getRedrawn()) {
            Estimate size = redrawn.getSize().getMean();
            if (redrawn.getPairs() > 0) {
                assertThat(size.getValue()).isBetween(0.0, 1.0);
            } else {
                assertThat(size.getUndefinedBecause()).isNotBlank();
            }
        }
        return report;
    }
}
