package org.foldwise.standalone.architecture.planted.api.run;

import java.util.List;
import org.foldwise.standalone.architecture.planted.registry.run.PlantedEntity;
import org.springframework.stereotype.Controller;

/** Breaks R8 and, being public, R13. */
@Controller
public class ExposesAnEntity {
    List<PlantedEntity> runs() {
        return List.of();
    }
}
