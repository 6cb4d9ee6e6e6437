package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.regex.Pattern;
import org.foldwise.api.json.Reason;
import org.foldwise.learning.dataset.PatientId;

@Schema(description = "A patient to be withdrawn from a project.")
record WithdrawalRequest(
        @NotBlank
                @Size(max = 128)
                @Schema(
                        description =
                                "The patient's key: as the manifest or the files' names have it, the Patient ID of DICOM files,"
                                        + " or the pseudonym that Foldwise shows of it.",
                        example = "person17")
                String patient,
        @NotBlank
                @Reason
                @Size(max = 2000)
                @Schema(
                        description = "Why, without the patient; stays for ever.",
                        example = "Consent withdrawn on 2026-11-20, letter in the study's binder.")
                String reason) {
    private static final String BORDER = "[^\\p{L}\\p{N}]";

    WithdrawalRequest {
        new PatientId(patient);
        if (Pattern.compile("(^|" + BORDER + ")" + Pattern.quote(patient) + "($|" + BORDER + ")")
                .matcher(reason)
                .find()) {
            throw new IllegalArgumentException("reason must not name the patient, as it stays for ever");
        }
    }

    /** Without the patient, wherever a request may be printed. */
    @Override
    public String toString() {
        return "WithdrawalRequest";
    }
}
