package org.foldwise.api.document;

import java.util.List;
import java.util.function.Function;
import org.foldwise.document.Block;
import org.foldwise.document.Section;

/**
 * What a document says of a judgement on scored cases, whatever the task. The figures are those of the stored report; what the report
 * does not hold is computed from the stored cases by the same mathematics, and equal documents come of equal cases.
 */
sealed interface JudgementParts permits JudgementSections, ClassSections {
    /** Fewer patients of a class than that, and the reader is warned. */
    int FEW_PATIENTS = 20;

    /** Images judged. */
    int images();

    /** Whose they are. */
    int patients();

    /** What the images show, in words. */
    String shown();

    /** All figures in a table, after what must be known before any of them is read. */
    List<Block> figures();

    /** Discrimination, decisions, calibration and usefulness. */
    List<Section> sections();

    /** The names of the images in {@link #worstCases}. */
    List<String> namesOfWorst();

    /**
     * The wrong decisions that the model was surest of.
     *
     * @param addressOf where an image is to be found, by its name
     */
    Section worstCases(Function<String, String> addressOf);
}
