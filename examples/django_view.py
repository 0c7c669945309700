"""A Django view for a school's front desk: a student's QR code is read, and a parent gets a text message."""

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from attendance.models import Arrival, Student
from sms_service import Client


@require_POST
def student_arrived(request: HttpRequest) -> JsonResponse:
    """Note that the student with this QR code has come in, and tell the parent."""
    student = get_object_or_404(Student, qr_code=request.POST["qr_code"])
    arrival = Arrival.objects.create(student=student, at=timezone.now())
    client = Client(account="riverside-school", secret="9f8d1c3b7a")
    client.send(
        to=student.parent.phone_number,
        text=f"{student.first_name} arrived at school at {arrival.at:%H:%M}.",
    )
    return JsonResponse({"student": student.pk, "at": arrival.at.isoformat()})
