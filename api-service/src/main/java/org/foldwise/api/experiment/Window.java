package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.foldwise.learning.experiment.WindowSpec;

@Schema(
        name = "Window",
        description = "Which of an image's values are shown from black to white. Only grey DICOM and NIfTI images hold"
                + " values; a plan with a named or fixed window is refused for datasets with others, and so is such an image"
                + " by what was trained.")
sealed interface Window {
    WindowSpec resolved();

    @Schema(name = "FileWindow", description = "Each file's own window, or what stands in for it where it has none.")
    record File() implements Window {
        @Override
        public WindowSpec resolved() {
            return WindowSpec.FILE;
        }
    }

    @Schema(name = "NamedWindow", description = "A window of Hounsfield units that has a name.")
    record Named(WindowSpec.Name name) implements Window {
        @Override
        public WindowSpec resolved() {
            return new WindowSpec.Named(name);
        }
    }

    @Schema(
            name = "FixedWindow",
            description = "A window of the modality's values, by the standard's linear function (PS3.3, C.11.2.1.2).")
    record Fixed(
            @DecimalMin("-10000000")
                    @DecimalMax("10000000")
                    @Schema(description = "In the modality's unit, Hounsfield units of CT.", example = "-600")
                    double centre,
            @DecimalMin("1") @DecimalMax("10000000") @Schema(description = "In the same unit.", example = "1500")
                    double width)
            implements Window {
        @Override
        public WindowSpec resolved() {
            return new WindowSpec.Fixed(centre, width);
        }
    }

    static Window of(WindowSpec window) {
        if (window instanceof WindowSpec.Named named) {
            return new Named(named.name());
        }
        if (window instanceof WindowSpec.Fixed fixed) {
            return new Fixed(fixed.centre(), fixed.width());
        }
        return new File();
    }
}
