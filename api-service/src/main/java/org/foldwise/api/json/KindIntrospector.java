package org.foldwise.api.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.foldwise.api.wire.WireNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/** Makes Jackson write enums and the kinds of sealed interfaces as {@link WireNames} has them. */
final class KindIntrospector extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1L;
    private static final JsonTypeInfo.Value KIND =
            JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "kind", null, false, null);

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        return annotated instanceof AnnotatedClass type && WireNames.hasKinds(type.getRawType()) ? KIND : null;
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedClass type) || !WireNames.hasKinds(type.getRawType())) {
            return null;
        }
        return WireNames.kinds(type.getRawType()).entrySet().stream()
                .map(kind -> new NamedType(kind.getValue(), kind.getKey()))
                .toList();
    }

    @Override
    public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass type) {
        for (Class<?> implemented : type.getRawType().getInterfaces()) {
            if (WireNames.hasKinds(implemented)) {
                return WireNames.kind(type.getRawType());
            }
        }
        return null;
    }

    @Override
    public String[] findEnumValues(
            MapperConfig<?> config, AnnotatedClass annotated, Enum<?>[] constants, String[] names) {
        if (annotated.getRawType().getName().startsWith("org.foldwise.")) {
            for (int i = 0; i < constants.length; i++) {
                names[i] = WireNames.of(constants[i]);
            }
        }
        return names;
    }
}
