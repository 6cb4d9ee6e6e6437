package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.text.Normalizer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.api.json.MemberException;
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
    private static final String BLANKS = "[\\s\\p{Z}]*";

    WithdrawalRequest {
        new PatientId(patient);
        if (named(patient).matcher(composed(reason)).find()) {
            throw new MemberException("reason", "must not name the patient, as it stays for ever");
        }
    }

    /** The key as a word or words of its own, in capitals or not, and with blanks wherever somebody may set them. */
    private static Pattern named(String patient) {
        String key = composed(patient)
                .codePoints()
                .filter(letter -> !Character.isWhitespace(letter) && !Character.isSpaceChar(letter))
                .mapToObj(letter -> Pattern.quote(Character.toString(letter)))
                .collect(Collectors.joining(BLANKS));
        return Pattern.compile(
                "(^|" + BORDER + ")" + key + "($|" + BORDER + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    /** Without the patient, wherever a request may be printed. */
    @Override
    public String toString() {
        return "WithdrawalRequest";
    }
}
