package org.foldwise.standalone.architecture.planted.registry.run;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** An aggregate that must not leave by HTTP. */
@Entity
public class PlantedEntity {
    @Id
    long id;
}
