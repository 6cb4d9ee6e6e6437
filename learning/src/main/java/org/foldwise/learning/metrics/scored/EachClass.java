package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.NumberedPatients;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;

/** Several classes, or labels, as that many binary questions. */
final class EachClass {
    private EachClass() {}

    /**
     * Each class against everything else, in the order of the classes.
     *
     * @param images at least one
     * @param decision of the same task
     */
    static List<OneVersusRest> of(ScoredImages images, Decision decision, BootstrapSpec bootstrap) {
        List<OneVersusRest> classes = new ArrayList<>();
        NumberedPatients numbers = NumberedPatients.of(
                against(images, 0).stream().map(ScoredCase::patient).toList());
        for (int k = 0; k < images.classes().size(); k++) {
            String name = images.classes().get(k);
            if (decision instanceof Decision.LabelThresholds labels) {
                ThresholdChoice choice = labels.choices().get(k);
                classes.add(OneVersusRest.at(choice, name, against(images, k), numbers, bootstrap));
            } else {
                Set<String> called = decision.called(images, k);
                classes.add(OneVersusRest.of(
                        one -> called.contains(one.image()), name, against(images, k), numbers, bootstrap));
            }
        }
        return classes;
    }

    /** In the order of images, which is the same for all classes. */
    private static List<ScoredCase> against(ScoredImages images, int index) {
        return images.against(index).stream()
                .sorted(Comparator.comparing(ScoredCase::image))
                .toList();
    }
}
