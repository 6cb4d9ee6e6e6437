package org.foldwise.api.contract;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Describes our values as they are read and written: enums by their names on the wire and by reference, sealed interfaces as a
 * choice told by {@code kind}, and as required whatever is not {@code @Nullable}.
 */
final class WireSchemas implements ModelConverter {
    private static final String OURS = "org.foldwise.";
    private static final String KIND = "kind";
    private static final String ANY_VALUE = "JsonValue";

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType annotated, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> type = rawClass(annotated);
        if (type == Digest.class) {
            return new StringSchema().pattern("^[0-9a-f]{64}$").description("A SHA-256 digest.");
        }
        if (type == JsonNode.class) {
            return anyValue(context);
        }
        if (type.isEnum() && type.getName().startsWith(OURS)) {
            return choiceOfNames(type, context);
        }
        if (WireNames.hasKinds(type)) {
            return choiceOfKinds(type, context);
        }
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(annotated, context, chain) : null;
        if (schema != null && type.isRecord() && type.getName().startsWith(OURS)) {
            Schema<?> object = schema.get$ref() == null
                    ? schema
                    : context.getDefinedModels().get(name(schema.get$ref()));
            if (object != null) {
                complete(object, type);
            }
        }
        return schema;
    }

    /** Without a type, which means any; by reference, or swagger-core would make it an object. */
    private static Schema<?> anyValue(ModelConverterContext context) {
        ObjectSchema any = new ObjectSchema();
        any.setType(null);
        any.setName(ANY_VALUE);
        any.setDescription("Any JSON value.");
        context.defineModel(ANY_VALUE, any);
        return reference(ANY_VALUE);
    }

    private static Schema<?> choiceOfNames(Class<?> type, ModelConverterContext context) {
        String name = SchemaNames.ofEnum(type);
        io.swagger.v3.oas.annotations.media.Schema described =
                type.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        if (described != null && !described.name().isEmpty()) {
            name = described.name();
        }
        StringSchema schema = new StringSchema();
        schema.setName(name);
        WireNames.of(type).forEach(schema::addEnumItem);
        if (described != null && !described.description().isEmpty()) {
            schema.setDescription(described.description());
        }
        context.defineModel(name, schema);
        return reference(name);
    }

    private static Schema<?> choiceOfKinds(Class<?> type, ModelConverterContext context) {
        io.swagger.v3.oas.annotations.media.Schema described =
                type.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        String name = described.name();
        if (!context.getDefinedModels().containsKey(name)) {
            ObjectSchema choice = new ObjectSchema();
            choice.setType(null);
            choice.setName(name);
            choice.setDescription(described.description());
            context.defineModel(name, choice);
            Discriminator discriminator = new Discriminator().propertyName(KIND);
            for (Map.Entry<String, Class<?>> kind : WireNames.kinds(type).entrySet()) {
                Schema<?> option = context.resolve(new AnnotatedType(kind.getValue()).resolveAsRef(true));
                choice.addOneOfItem(option);
                discriminator.mapping(kind.getKey(), option.get$ref());
            }
            choice.setDiscriminator(discriminator);
        }
        return reference(name);
    }

    /** Adds the kind, and says what is required, in the order of the components. */
    @SuppressWarnings("rawtypes")
    private static void complete(Schema<?> object, Class<?> type) {
        Map<String, Schema> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Class<?> implemented : type.getInterfaces()) {
            if (WireNames.hasKinds(implemented)) {
                String kind = WireNames.kind(type);
                StringSchema schema = new StringSchema();
                schema.addEnumItem(kind);
                schema.setDefault(kind);
                properties.put(KIND, schema);
                required.add(KIND);
            }
        }
        if (object.getProperties() != null) {
            properties.putAll(object.getProperties());
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(component.getName());
            }
        }
        object.setType("object");
        object.setProperties(properties);
        object.setRequired(required);
    }

    private static Class<?> rawClass(AnnotatedType annotated) {
        JavaType type = Json.mapper().constructType(annotated.getType());
        return type.getRawClass();
    }

    private static Schema<?> reference(String name) {
        return new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + name);
    }

    private static String name(String reference) {
        return reference.substring(Components.COMPONENTS_SCHEMAS_REF.length());
    }
}
