# A small image that runs `posse` as a user without rights:
#     docker build --tag posse . && docker run --rm --volume "$PWD:/src:ro" posse scan
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE CHANGELOG.md SECURITY.md ./
COPY checks checks
COPY server server
RUN python -m venv /opt/posse
RUN /opt/posse/bin/python -m pip install --no-cache-dir .
RUN /opt/posse/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim
COPY --from=build /opt/posse /opt/posse
ENV PATH=/opt/posse/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["posse"]
CMD ["scan"]
